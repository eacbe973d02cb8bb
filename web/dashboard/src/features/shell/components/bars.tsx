/** Thin bars below everything: the line's state, and the sound's. */
import { clsx } from "clsx";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { turnOffSound, turnOnSound, useSound } from "@/features/sound/tone";
import { useTranslation } from "@/lib/i18n";
import { useLine } from "@/live/use";

interface BarProps {
  label: string;
  tone: "warn" | "ok" | "calm";
  children: ReactNode;
}

function Bar({ label, tone, children }: BarProps) {
  return (
    <section
      aria-label={label}
      className={clsx(
        "flex min-h-8 shrink-0 flex-wrap items-center justify-center gap-x-3 gap-y-1 border-t px-4 py-1 text-text",
        tone === "warn" && "bg-warn-tint",
        tone === "ok" && "bg-ok-tint",
        tone === "calm" && "bg-surface",
      )}
    >
      {children}
    </section>
  );
}

export function LineBar() {
  const { t } = useTranslation();
  const line = useLine();
  return (
    <div role="status">
      {line.bar === "offline" ? (
        <Bar label={t("line.label")} tone="warn">
          {t("line.offline")}
        </Bar>
      ) : null}
      {line.bar === "back" ? (
        <Bar label={t("line.label")} tone="ok">
          {line.missed > 0 ? t("line.backWith", { count: line.missed }) : t("line.back")}
        </Bar>
      ) : null}
    </div>
  );
}

/** Asked once; after that only said when the browser keeps the sound from playing. */
export function SoundBar() {
  const { t } = useTranslation();
  const sound = useSound();
  if (sound === "on" || sound === "off") return null;
  const asked = sound === "blocked";
  return (
    <Bar label={t("profile.sound")} tone={asked ? "warn" : "calm"}>
      <span>{asked ? t("sound.blocked") : t("sound.ask")}</span>
      <span className="flex gap-2">
        <Button size="small" onClick={() => void turnOnSound()}>
          {asked ? t("sound.turnOn") : t("sound.turnOnAndHear")}
        </Button>
        <Button look="quiet" size="small" onClick={turnOffSound}>
          {t("sound.notNow")}
        </Button>
      </span>
    </Bar>
  );
}
