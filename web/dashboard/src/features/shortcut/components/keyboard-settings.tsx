/** Which key does what: everything can be changed or switched off, and what collides is said. */
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/features/shell/components/page";
import { useTranslation } from "@/lib/i18n";
import { holdShortcuts, keepOwnKeys, MOD, useOwnKeys } from "../keys";
import {
  begins,
  chordOf,
  conflictOf,
  GROUPS,
  giveKeys,
  IDS,
  keysOf,
  type OwnKeys,
  type Refusal,
  refusalOf,
  resetKeys,
  SHORTCUTS,
  type ShortcutId,
  shownKeys,
} from "../map";
import { Keys } from "./help";

export function KeyboardSettings() {
  const { t } = useTranslation("shortcut");
  const own = useOwnKeys();
  const [recording, setRecording] = useState<ShortcutId | null>(null);
  return (
    <Card title={t("settings.title")} intro={t("settings.intro")}>
      {GROUPS.map((group) => (
        <section key={group} aria-label={t(`group.${group}`)} className="flex flex-col">
          <h3 className="border-b pb-1 text-label font-medium text-text3">{t(`group.${group}`)}</h3>
          <ul className="divide-y">
            {IDS.filter((id) => SHORTCUTS[id].group === group && !SHORTCUTS[id].fixed).map((id) => (
              <Row
                key={id}
                id={id}
                own={own}
                recording={recording === id}
                onRecord={(on) => setRecording(on ? id : null)}
              />
            ))}
          </ul>
        </section>
      ))}
      <div>
        <Button disabled={Object.keys(own).length === 0} onClick={() => keepOwnKeys({})}>
          {t("settings.resetAll")}
        </Button>
      </div>
    </Card>
  );
}

interface RowProps {
  id: ShortcutId;
  own: OwnKeys;
  recording: boolean;
  onRecord: (on: boolean) => void;
}

function Row({ id, own, recording, onRecord }: RowProps) {
  const { t } = useTranslation("shortcut");
  const name = t(`name.${id}`);
  const keys = keysOf(id, own);
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 py-1">
      <span className="min-w-40 flex-1">{name}</span>
      {recording ? (
        <Recorder id={id} own={own} onEnd={() => onRecord(false)} />
      ) : (
        <>
          <span className="flex min-w-24 items-center gap-2">
            {keys.map((each) => (
              <Keys key={each} keys={each} />
            ))}
            {keys.length === 0 ? (
              <span className="text-label text-text3">{t("settings.none")}</span>
            ) : null}
          </span>
          <span className="flex gap-1">
            <Button
              look="quiet"
              size="small"
              aria-label={t("settings.changeFor", { name })}
              onClick={() => onRecord(true)}
            >
              {t("settings.change")}
            </Button>
            <Button
              look="quiet"
              size="small"
              aria-label={t("settings.removeFor", { name })}
              disabled={keys.length === 0}
              onClick={() => keepOwnKeys({ ...own, [id]: [] })}
            >
              {t("settings.remove")}
            </Button>
            <Button
              look="quiet"
              size="small"
              aria-label={t("settings.resetFor", { name })}
              disabled={own[id] === undefined}
              onClick={() => keepOwnKeys(resetKeys(id, own))}
            >
              {t("settings.reset")}
            </Button>
          </span>
        </>
      )}
    </li>
  );
}

interface RecorderProps {
  id: ShortcutId;
  own: OwnKeys;
  onEnd: () => void;
}

type Heard =
  | { readonly stage: "listening"; readonly first: string | null }
  | { readonly stage: "refused"; readonly keys: string; readonly why: Refusal }
  | { readonly stage: "taken"; readonly keys: string; readonly by: ShortcutId };

const LISTENING: Heard = { stage: "listening", first: null };
const SECOND_WITHIN = 1_500;

function Recorder({ id, own, onEnd }: RecorderProps) {
  const { t } = useTranslation("shortcut");
  const [heard, hear] = useState<Heard>(LISTENING);
  useRecording(id, own, heard, hear, onEnd);
  const shown = (keys: string) => shownKeys(keys, MOD).join(" ");
  if (heard.stage === "taken") {
    return (
      <span role="alert" className="flex flex-wrap items-center gap-2">
        {t("settings.taken", { key: shown(heard.keys), name: t(`name.${heard.by}`) })}
        <Button
          size="small"
          autoFocus
          onClick={() => {
            keepOwnKeys(giveKeys(heard.keys, id, own));
            onEnd();
          }}
        >
          {t("settings.takeIt")}
        </Button>
        <Button look="quiet" size="small" onClick={onEnd}>
          {t("settings.keep")}
        </Button>
      </span>
    );
  }
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span role="status" className={heard.stage === "refused" ? "text-bad" : "text-text2"}>
        {heard.stage === "refused"
          ? t(`settings.refused.${heard.why}`, { key: shown(heard.keys) })
          : heard.first === null
            ? t("settings.press")
            : t("settings.then", { key: shown(heard.first) })}
      </span>
      <Button look="quiet" size="small" onClick={onEnd}>
        {t("settings.keep")}
      </Button>
    </span>
  );
}

/** Hears keys before anything else does, until one is taken. */
function useRecording(
  id: ShortcutId,
  own: OwnKeys,
  heard: Heard,
  hear: (heard: Heard) => void,
  onEnd: () => void,
): void {
  useEffect(() => {
    if (heard.stage === "taken") return;
    holdShortcuts(true);
    const first = heard.stage === "listening" ? heard.first : null;
    const settle = (keys: string) => {
      const why = refusalOf(keys, own);
      const by = conflictOf(keys, id, own);
      if (why) hear({ stage: "refused", keys, why });
      else if (by) hear({ stage: "taken", keys, by });
      else {
        keepOwnKeys(giveKeys(keys, id, own));
        onEnd();
      }
    };
    const onKey = (event: KeyboardEvent) => {
      const key = chordOf(event);
      const inButton = event.target instanceof HTMLButtonElement;
      // The row's own button stays usable by keys.
      if (key === null || (inButton && /^(Tab|shift\+Tab|Enter|Space)$/.test(key))) return;
      event.preventDefault();
      event.stopPropagation();
      if (key === "Escape") onEnd();
      else if (first !== null) settle(`${first} ${key}`);
      else if (begins(key, IDS, own)) hear({ stage: "listening", first: key });
      else settle(key);
    };
    addEventListener("keydown", onKey, { capture: true });
    const late = first === null ? undefined : setTimeout(() => settle(first), SECOND_WITHIN);
    return () => {
      clearTimeout(late);
      holdShortcuts(false);
      removeEventListener("keydown", onKey, { capture: true });
    };
  }, [id, own, heard, hear, onEnd]);
}
