/** When people answer, in which words, and where the chat is shown. */
import type { WidgetOpen, WidgetTexts } from "@chatdesk/client";
import { clsx } from "clsx";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field, INPUT } from "@/components/ui/field";
import { useTranslation } from "@/lib/i18n";
import { clockOf, LANGUAGES, minutesOf, NO_TEXTS } from "../../settings";
import { Choice, Lines, LongText, Switch, type TabProps } from "./parts";

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
type Day = (typeof DAYS)[number];
const WORKING: Omit<WidgetOpen, "day"> = { from: 540, to: 1_020 };

const zones = (): string[] => Intl.supportedValuesOf("timeZone");
const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function HoursTab({ settings, onWidget, errors }: TabProps) {
  const { t } = useTranslation("widget");
  const { hours, texts, hide_reply_time } = settings.widget;
  const setHours = (change: Partial<typeof hours>) => onWidget({ hours: { ...hours, ...change } });
  const turn = (enabled: boolean) => {
    const time_zone = hours.time_zone || ownZone();
    const open =
      hours.open.length > 0 ? hours.open : DAYS.slice(0, 5).map((day) => ({ day, ...WORKING }));
    setHours({ enabled, time_zone, open });
  };
  const known = hours.time_zone && !zones().includes(hours.time_zone) ? [hours.time_zone] : [];
  return (
    <>
      <p className="text-text2">{t("hoursIntro")}</p>
      <Switch label={t("hoursOn")} on={hours.enabled} onChange={turn} />
      {hours.enabled ? (
        <>
          <Choice
            label={t("timeZone")}
            value={hours.time_zone}
            options={[...known, ...zones()].map((zone) => [zone, zone.replaceAll("_", " ")])}
            onChange={(time_zone) => setHours({ time_zone })}
          />
          <div className="flex flex-col gap-2">
            {DAYS.map((day) => (
              <DayRow
                key={day}
                day={day}
                open={hours.open}
                onChange={(open) => setHours({ open })}
              />
            ))}
            {errors["widget.hours.open"] ? (
              <p className="text-label text-bad">{errors["widget.hours.open"]}</p>
            ) : null}
          </div>
          <LongText
            label={t("away")}
            hint={t("awayHint")}
            value={texts.away}
            most={500}
            onChange={(away) => onWidget({ texts: { ...texts, away } })}
          />
        </>
      ) : null}
      <Switch
        label={t("replyTime")}
        hint={t("replyTimeHint")}
        on={!hide_reply_time}
        onChange={(on) => onWidget({ hide_reply_time: !on })}
      />
    </>
  );
}

interface DayProps {
  day: Day;
  open: readonly WidgetOpen[];
  onChange: (open: WidgetOpen[]) => void;
}

/** One opening a day; further ones, made elsewhere, stay as they are. */
function DayRow({ day, open, onChange }: DayProps) {
  const { t } = useTranslation("widget");
  const name = t(`days.${day}`);
  const at = open.findIndex((each) => each.day === day);
  const mine = open[at];
  const set = (change: Partial<WidgetOpen>) =>
    onChange(open.map((each, i) => (i === at ? { ...each, ...change } : each)));
  return (
    <div className="flex h-8 items-center gap-3">
      <label className="flex w-32 items-center gap-2">
        <input
          type="checkbox"
          checked={mine !== undefined}
          onChange={(event) =>
            onChange(
              event.target.checked
                ? [...open, { day, ...WORKING }].sort((a, b) => a.day - b.day || a.from - b.from)
                : open.filter((each) => each.day !== day),
            )
          }
          className="size-4 accent-accent"
        />
        {name}
      </label>
      {mine ? (
        <>
          <input
            type="time"
            aria-label={t("from", { day: name })}
            value={clockOf(mine.from)}
            onChange={(event) => set({ from: minutesOf(event.target.value) })}
            className={clsx(INPUT, "tabular h-8")}
          />
          <span aria-hidden="true">–</span>
          <input
            type="time"
            aria-label={t("until", { day: name })}
            value={clockOf(mine.to % 1_440)}
            onChange={(event) => set({ to: minutesOf(event.target.value) || 1_440 })}
            className={clsx(INPUT, "tabular h-8")}
          />
        </>
      ) : (
        <span className="text-text3">{t("closed")}</span>
      )}
    </div>
  );
}

const nameOf = (language: string): string =>
  new Intl.DisplayNames(["en"], { type: "language" }).of(language) ?? language;

const TEXTS = [
  ["greeting", "textsGreeting", 500],
  ["label", "textsLabel", 40],
  ["away", "textsAway", 500],
  ["person", "textsPerson", 60],
] as const satisfies readonly (readonly [keyof WidgetTexts, string, number])[];

export function LanguagesTab({ settings, onWidget, errors }: TabProps) {
  const { t } = useTranslation("widget");
  const { languages } = settings.widget;
  const given = Object.keys(languages);
  const free = LANGUAGES.filter((language) => !given.includes(language));
  const [shown, setShown] = useState<string | null>(given[0] ?? null);
  const texts = shown === null ? null : (languages[shown] ?? NO_TEXTS);
  const set = (language: string, next: WidgetTexts | null) => {
    const { [language]: _, ...rest } = languages;
    onWidget({ languages: next ? { ...rest, [language]: next } : rest });
  };
  return (
    <>
      <p className="text-text2">
        {t("languagesIntro", { list: LANGUAGES.map(nameOf).join(", ") })}
      </p>
      <div className="flex flex-wrap gap-2">
        {given.map((language) => (
          <Button
            key={language}
            look={language === shown ? "plain" : "quiet"}
            aria-pressed={language === shown}
            onClick={() => setShown(language)}
          >
            {nameOf(language)}
          </Button>
        ))}
        {free.length > 0 ? (
          <select
            aria-label={t("languageAdd")}
            value=""
            onChange={(event) => {
              set(event.target.value, NO_TEXTS);
              setShown(event.target.value);
            }}
            className={clsx(INPUT, "h-8")}
          >
            <option value="">{t("languageAdd")}</option>
            {free.map((language) => (
              <option key={language} value={language}>
                {nameOf(language)}
              </option>
            ))}
          </select>
        ) : null}
      </div>
      {shown !== null && texts && languages[shown] ? (
        <TextsOf
          language={shown}
          texts={texts}
          errors={errors}
          onChange={(next) => set(shown, next)}
        />
      ) : null}
    </>
  );
}

interface TextsProps {
  language: string;
  texts: WidgetTexts;
  errors: TabProps["errors"];
  /** Null: none in this language any more. */
  onChange: (texts: WidgetTexts | null) => void;
}

function TextsOf({ language, texts, errors, onChange }: TextsProps) {
  const { t } = useTranslation("widget");
  return (
    <div lang={language} className="flex flex-col gap-3 rounded-card border p-3">
      {TEXTS.map(([name, label, most]) => {
        const error = errors[`widget.languages.${language}.${name}`];
        const set = (value: string) => onChange({ ...texts, [name]: value });
        return most > 100 ? (
          <LongText
            key={name}
            label={t(label)}
            value={texts[name]}
            most={most}
            error={error}
            onChange={set}
          />
        ) : (
          <Field
            key={name}
            dir="auto"
            label={t(label)}
            maxLength={most}
            value={texts[name]}
            error={error}
            onChange={(event) => set(event.target.value)}
          />
        );
      })}
      <Button className="self-end" onClick={() => onChange(null)}>
        {t("remove")}
      </Button>
    </div>
  );
}

export function WhereTab({ settings, onChange, onWidget, errors }: TabProps) {
  const { t } = useTranslation("widget");
  return (
    <>
      <p className="text-text2">{t("whereIntro")}</p>
      <Lines
        label={t("domains")}
        hint={t("domainsHint")}
        rows={3}
        lines={settings.domains}
        error={errors.domains}
        onChange={(domains) => onChange({ domains })}
      />
      <Lines
        label={t("hideOn")}
        hint={t("hideOnHint")}
        rows={3}
        lines={settings.widget.hide_on}
        error={errors["widget.hide_on"]}
        onChange={(hide_on) => onWidget({ hide_on })}
      />
    </>
  );
}
