/** One chat that rings: how long still, who it is, what they want, and the two answers. */
import { clsx } from "clsx";
import { Volume2, VolumeX } from "lucide-react";
import { Button, Key } from "@/components/ui/button";
import { useKeyHint } from "@/features/shortcut/keys";
import type { ShortcutId } from "@/features/shortcut/map";
import { turnOnSound, useSound } from "@/features/sound/tone";
import { useTranslation } from "@/lib/i18n";
import type { Card } from "../live";
import { serverNow } from "../store";

interface RingCardProps {
  card: Card;
  seconds: number;
  /** The keys work on this one. */
  first: boolean;
  onAccept: () => void;
  onPass: () => void;
}

export function RingCard({ card, seconds, first, onAccept, onPass }: RingCardProps) {
  const { t } = useTranslation("ring");
  const { offer, stage } = card;
  return (
    <article
      aria-label={t("card", { name: offer.contact.name })}
      className="enter forced-edge flex flex-col gap-2 rounded-card border bg-raised p-3 shadow-float"
    >
      <header className="flex items-center gap-3">
        <Countdown offer={offer} seconds={seconds} still={stage !== "ringing"} />
        <div className="min-w-0 flex-1">
          <p className="truncate text-label text-text2">
            {t("heading", { inbox: offer.inbox.name })}
          </p>
          <p className="truncate text-heading font-semibold">{offer.contact.name}</p>
        </div>
        <span className="tabular self-start text-label text-text3">#{offer.number}</span>
      </header>
      <p className="line-clamp-2 text-message" dir="auto">
        {offer.preview}
      </p>
      <Facts offer={offer} />
      {card.trouble ? (
        <p role="alert" className="text-label text-bad">
          {card.trouble}
        </p>
      ) : null}
      <Footer card={card} first={first} onAccept={onAccept} onPass={onPass} />
    </article>
  );
}

function Footer({ card, first, onAccept, onPass }: Omit<RingCardProps, "seconds">) {
  const { t } = useTranslation("ring");
  if (card.stage === "lost") {
    return <p className="py-1 font-medium text-text2">{t("lost", { name: card.by ?? "" })}</p>;
  }
  if (card.stage === "over") return <p className="py-1 font-medium text-text2">{t("over")}</p>;
  const joining = card.stage === "joining";
  return (
    <footer className="flex flex-wrap items-center gap-2">
      <Button look="primary" disabled={joining} onClick={onAccept} className="max-two:flex-1">
        {joining ? t("joining") : t("accept")}
        {first && !joining ? <Keys of="accept" onAccent /> : null}
      </Button>
      <Button disabled={joining} onClick={onPass} className="max-two:flex-1">
        {t("pass")}
        {first && !joining ? <Keys of="pass" /> : null}
      </Button>
      <SoundMark />
    </footer>
  );
}

function Keys({ of, onAccent = false }: { of: ShortcutId; onAccent?: boolean }) {
  const keys = useKeyHint(of);
  if (!keys) return null;
  return (
    <span aria-hidden="true" className="max-two:hidden">
      {onAccent ? <span className="text-meta opacity-90">{keys}</span> : <Key>{keys}</Key>}
    </span>
  );
}

/** Where it is, in which language, since when: what is known, in one line. */
function Facts({ offer }: { offer: Card["offer"] }) {
  const { t } = useTranslation("ring");
  const facts = [pageOf(offer.page), languageOf(offer.locale)].filter((fact) => fact !== null);
  if (facts.length === 0) return null;
  return (
    <p className="truncate text-label text-text2">
      <span className="sr-only">{t("facts")}</span>
      {facts.join(" · ")}
    </p>
  );
}

function pageOf(page: string | null): string | null {
  if (!page) return null;
  try {
    const { host, pathname } = new URL(page);
    return pathname === "/" ? host : pathname;
  } catch {
    return page;
  }
}

function languageOf(locale: string | null): string | null {
  if (!locale) return null;
  try {
    return new Intl.DisplayNames(undefined, { type: "language" }).of(locale) ?? null;
  } catch {
    return null;
  }
}

function SoundMark() {
  const { t } = useTranslation("ring");
  const sound = useSound();
  if (sound === "on") {
    return (
      <span className="ml-auto text-text3" title={t("soundOn")}>
        <Volume2 size={16} strokeWidth={1.5} role="img" aria-label={t("soundOn")} />
      </span>
    );
  }
  return (
    <span className="ml-auto flex items-center gap-1 rounded-button bg-warn-tint pl-2 text-label text-text">
      <VolumeX size={14} strokeWidth={1.5} aria-hidden="true" />
      {t("soundOff")}
      <Button look="quiet" size="small" onClick={() => void turnOnSound()}>
        {t("turnOn")}
      </Button>
    </span>
  );
}

const RADIUS = 17;
const ROUND = 2 * Math.PI * RADIUS;
const LASTS = 30_000;

interface CountdownProps {
  offer: Card["offer"];
  seconds: number;
  still: boolean;
}

/** The number and the ring that shrinks with it; the number is the truth, the ring runs beside it. */
function Countdown({ offer, seconds, still }: CountdownProps) {
  const { t } = useTranslation("ring");
  const left = Math.min(LASTS, Math.max(0, Date.parse(offer.deadline) - serverNow()));
  const share = still ? 0 : left / LASTS;
  const late = seconds <= 5;
  return (
    <span className="relative flex size-10 shrink-0 items-center justify-center">
      <svg viewBox="0 0 40 40" className="absolute inset-0 -rotate-90" aria-hidden="true">
        <circle cx="20" cy="20" r={RADIUS} fill="none" strokeWidth="3" className="stroke-line" />
        <circle
          cx="20"
          cy="20"
          r={RADIUS}
          fill="none"
          strokeWidth="3"
          strokeLinecap="round"
          strokeDasharray={ROUND}
          strokeDashoffset={ROUND * (1 - share)}
          className={clsx(
            "transition-[stroke-dashoffset] duration-250 ease-linear",
            late ? "stroke-bad" : "stroke-accent",
          )}
        />
      </svg>
      <span className={clsx("tabular font-semibold", late && "text-bad")}>
        <span aria-hidden="true">{still ? "–" : seconds}</span>
        <span className="sr-only">{t("left", { count: seconds })}</span>
      </span>
    </span>
  );
}
