/** What makes a sound or shows a notice, how loud, and when nothing does. */
import { useId } from "react";
import { Button } from "@/components/ui/button";
import { INPUT } from "@/components/ui/field";
import { sound as playRing } from "@/features/ring/alarm";
import { Card } from "@/features/shell/components/page";
import { playTone, turnOffSound, turnOnSound, useSound } from "@/features/sound/tone";
import { useTranslation } from "@/lib/i18n";
import { ALERTS, type AlertKind, WAYS, wants } from "../alerts";
import { allowNotices, keepAlerts, showNotice, useAlerts, useNotices } from "../store";

export function AlertSettings() {
  return (
    <>
      <SoundCard />
      <NoticesCard />
      <EventsCard />
      <QuietCard />
    </>
  );
}

function SoundCard() {
  const { t } = useTranslation("alert");
  const { t: words } = useTranslation();
  const sound = useSound();
  const { volume } = useAlerts();
  const slider = useId();
  const on = sound === "on" || sound === "blocked";
  const play = async (make: () => void) => {
    if (sound !== "on") await turnOnSound();
    make();
  };
  return (
    <Card title={words("profile.sound")} intro={words(`profile.sounds.${sound}`)}>
      {on ? (
        <>
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => void play(playTone)}>{t("playMessage")}</Button>
            <Button onClick={() => void play(() => playRing(20, Date.now()))}>
              {t("playRing")}
            </Button>
            <Button look="quiet" onClick={turnOffSound}>
              {words("sound.turnOff")}
            </Button>
          </div>
          <div className="flex max-w-96 items-center gap-3">
            <label htmlFor={slider}>{t("volume")}</label>
            <input
              id={slider}
              type="range"
              min={0}
              max={100}
              step={5}
              value={Math.round(volume * 100)}
              onChange={(event) => keepAlerts({ volume: Number(event.target.value) / 100 })}
              className="h-8 flex-1 accent-accent"
            />
          </div>
        </>
      ) : (
        <div>
          <Button onClick={() => void turnOnSound()}>{words("sound.turnOnAndHear")}</Button>
        </div>
      )}
    </Card>
  );
}

function NoticesCard() {
  const { t } = useTranslation("alert");
  const notices = useNotices();
  return (
    <Card title={t("notices.title")} intro={t(`notices.${notices}`)}>
      {notices === "default" ? (
        <div>
          <Button onClick={() => void allowNotices()}>{t("notices.allow")}</Button>
        </div>
      ) : null}
      {notices === "granted" ? (
        <div>
          <Button
            onClick={() =>
              showNotice({
                title: t("notices.testTitle"),
                body: t("notices.testBody"),
                tag: "test",
                onOpen: () => {},
              })
            }
          >
            {t("notices.test")}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

function EventsCard() {
  const { t } = useTranslation("alert");
  return (
    <Card title={t("events.title")} intro={t("events.intro")}>
      <table className="w-full max-w-160 border-collapse">
        <thead>
          <tr className="border-b text-left text-label text-text2">
            <th scope="col" className="py-2 font-medium">
              {t("events.when")}
            </th>
            {WAYS.map((way) => (
              <th key={way} scope="col" className="w-24 py-2 text-center font-medium">
                {t(`way.${way}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {ALERTS.map((kind) => (
            <EventRow key={kind} kind={kind} />
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function EventRow({ kind }: { kind: AlertKind }) {
  const { t } = useTranslation("alert");
  const settings = useAlerts();
  return (
    <tr>
      <th scope="row" className="py-2 pr-4 text-left font-normal">
        {t(`kind.${kind}`)}
      </th>
      {WAYS.map((way) => (
        <td key={way} className="py-2 text-center">
          <input
            type="checkbox"
            aria-label={`${t(`kind.${kind}`)}: ${t(`way.${way}`)}`}
            checked={wants(settings, kind, way)}
            onChange={(event) =>
              keepAlerts({
                chosen: { ...settings.chosen, [`${kind}.${way}`]: event.target.checked },
              })
            }
            className="size-4 accent-accent"
          />
        </td>
      ))}
    </tr>
  );
}

const NIGHT = { from: "20:00", to: "08:00" };

function QuietCard() {
  const { t } = useTranslation("alert");
  const { quiet } = useAlerts();
  const clock = (end: "from" | "to") => (
    <label className="flex items-center gap-2">
      {t(`quiet.${end}`)}
      <input
        type="time"
        required
        value={quiet?.[end] ?? ""}
        onChange={(event) => {
          if (quiet && event.target.value !== "") {
            keepAlerts({ quiet: { ...quiet, [end]: event.target.value } });
          }
        }}
        className={`${INPUT} h-9`}
      />
    </label>
  );
  return (
    <Card title={t("quiet.title")} intro={t("quiet.intro")}>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={quiet !== null}
          onChange={(event) => keepAlerts({ quiet: event.target.checked ? NIGHT : null })}
          className="size-4 accent-accent"
        />
        {t("quiet.on")}
      </label>
      {quiet ? (
        <div className="flex flex-wrap gap-4">
          {clock("from")}
          {clock("to")}
        </div>
      ) : null}
    </Card>
  );
}
