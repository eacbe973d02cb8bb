/** How the widget looks, its preview stands beside it. The wizard and the settings share it. */
import type { InboxSettings, Look } from "@chatdesk/client";
import { clsx } from "clsx";
import { Button } from "@/components/ui/button";
import { Field, FieldFrame, INPUT } from "@/components/ui/field";
import { useTranslation } from "@/lib/i18n";
import { contrast, ENOUGH, isColour, nearestPassing } from "../contrast";

export type LookDraft = Pick<InboxSettings, "name" | "greeting" | "look">;

const SWATCHES = ["#0560dc", "#215f4d", "#6b358b", "#a10000", "#8f5d10", "#14171c"];
const TEXTS = ["#ffffff", "#14171c"] as const;

interface EditorProps<T extends LookDraft> {
  draft: T;
  onChange: (draft: T) => void;
  errors: Readonly<Record<string, string>>;
}

export function LookEditor<T extends LookDraft>({ draft, onChange, errors }: EditorProps<T>) {
  const { t } = useTranslation();
  const setLook = (change: Partial<Look>) =>
    onChange({ ...draft, look: { ...draft.look, ...change } });
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Field
        label={t("look.name")}
        hint={t("look.nameHint")}
        maxLength={80}
        required
        value={draft.name}
        error={errors.name}
        onChange={(event) => onChange({ ...draft, name: event.target.value })}
      />
      <ColourField look={draft.look} onChange={setLook} />
      <FieldFrame label={t("look.greeting")} error={errors.greeting}>
        {({ id, describedBy }) => (
          <textarea
            id={id}
            aria-describedby={describedBy}
            rows={2}
            maxLength={500}
            value={draft.greeting}
            onChange={(event) => onChange({ ...draft, greeting: event.target.value })}
            className={clsx(INPUT, "w-full resize-none py-2 [field-sizing:content]")}
          />
        )}
      </FieldFrame>
      <Field
        label={t("look.label")}
        hint={t("look.labelHint")}
        maxLength={40}
        value={draft.look.label}
        error={errors.label ?? errors["look.label"]}
        onChange={(event) => setLook({ label: event.target.value })}
      />
      <PositionField look={draft.look} onChange={setLook} />
    </div>
  );
}

interface LookFieldProps {
  look: Look;
  onChange: (change: Partial<Look>) => void;
}

function ColourField({ look, onChange }: LookFieldProps) {
  const { t } = useTranslation();
  const written = look.colour;
  const known = isColour(written);
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-label font-medium text-text2">{t("look.colour")}</legend>
      <div className="flex flex-wrap items-center gap-2">
        {SWATCHES.map((swatch) => (
          <button
            key={swatch}
            type="button"
            aria-label={t("look.useColour", { colour: swatch })}
            aria-pressed={written.toLowerCase() === swatch}
            onClick={() => onChange({ colour: swatch })}
            className="size-8 rounded-full border border-line-strong aria-pressed:outline-2 aria-pressed:outline-offset-2 aria-pressed:outline-accent"
            style={{ backgroundColor: swatch }}
          />
        ))}
        <input
          type="color"
          aria-label={t("look.pickColour")}
          value={known ? written : "#0560dc"}
          onChange={(event) => onChange({ colour: event.target.value })}
          className="h-8 w-10 cursor-pointer rounded-input border border-line-strong bg-surface"
        />
        <input
          aria-label={t("look.colourCode")}
          value={written}
          maxLength={7}
          spellCheck={false}
          onChange={(event) => onChange({ colour: event.target.value.trim() })}
          className={clsx(INPUT, "tabular h-8 w-24")}
        />
      </div>
      <TextChoice look={look} onChange={onChange} />
      {known ? (
        <ContrastLine look={look} onChange={onChange} />
      ) : (
        <p role="alert" className="text-label text-bad">
          {t("look.badColour")}
        </p>
      )}
    </fieldset>
  );
}

function TextChoice({ look, onChange }: LookFieldProps) {
  const { t } = useTranslation();
  return (
    <div className="flex items-center gap-2">
      <span className="text-label text-text2">{t("look.textOnIt")}</span>
      {TEXTS.map((text, index) => (
        <Button
          key={text}
          look={look.text_colour.toLowerCase() === text ? "plain" : "quiet"}
          aria-pressed={look.text_colour.toLowerCase() === text}
          size="small"
          onClick={() => onChange({ text_colour: text })}
        >
          {index === 0 ? t("look.white") : t("look.dark")}
        </Button>
      ))}
    </div>
  );
}

function ContrastLine({ look, onChange }: LookFieldProps) {
  const { t } = useTranslation();
  const ratio = contrast(look.colour, look.text_colour);
  const shown = (Math.floor(ratio * 10) / 10).toFixed(1);
  if (ratio >= ENOUGH) {
    return <p className="tabular text-label text-ok">{t("look.contrastGood", { ratio: shown })}</p>;
  }
  const near = nearestPassing(look.colour, look.text_colour);
  const other = TEXTS.find((text) => contrast(look.colour, text) >= ENOUGH);
  return (
    <div role="alert" className="flex flex-col gap-2 rounded-button bg-warn-tint px-3 py-2">
      <p className="tabular text-label text-text">{t("look.contrastBad", { ratio: shown })}</p>
      <div className="flex flex-wrap gap-2">
        <Button size="small" onClick={() => onChange({ colour: near })}>
          <span className="size-4 rounded-full border" style={{ backgroundColor: near }} />
          {t("look.useNearest", { colour: near })}
        </Button>
        {other ? (
          <Button size="small" onClick={() => onChange({ text_colour: other })}>
            {other === TEXTS[0] ? t("look.useWhite") : t("look.useDark")}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function PositionField({ look, onChange }: LookFieldProps) {
  const { t } = useTranslation();
  return (
    <fieldset className="flex items-center gap-4">
      <legend className="mb-1 text-label font-medium text-text2">{t("look.position")}</legend>
      {(["right", "left"] as const).map((position) => (
        <label key={position} className="flex h-8 items-center gap-2">
          <input
            type="radio"
            name="position"
            checked={look.position === position}
            onChange={() => onChange({ position })}
            className="size-4 accent-accent"
          />
          {t(`look.${position}`)}
        </label>
      ))}
    </fieldset>
  );
}
