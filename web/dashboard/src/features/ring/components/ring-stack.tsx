/** What rings: up to three cards at the top right, or a sheet at the bottom of a phone. Never takes the focus. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { alertsBy } from "@/features/alert/store";
import { useKeyHint, useShortcuts } from "@/features/shortcut/keys";
import { useTranslation } from "@/lib/i18n";
import { useLine } from "@/live/use";
import { beTheNewestTab, showIcon, showTitle, sound } from "../alarm";
import { type Card, ringing, secondsLeft } from "../live";
import { accept, followOffers, loadOffers, pass, serverNow, tick, useCards } from "../store";
import { RingCard } from "./ring-card";

const SHOWN = 3;
const TICK = 250;
/** Seconds at which it is said aloud again. */
const SAID_AGAIN = 10;

export default function RingStack() {
  const { t } = useTranslation("ring");
  const cards = useCards();
  const now = useCountdown();
  useOffers();
  useAlarm();
  const { take, leave } = useVerbs();
  useKeys(take, leave);
  const all = [...cards.values()];
  const said = useSaid(now);
  return (
    <>
      <p className="sr-only" aria-live="assertive">
        {said}
      </p>
      {all.length === 0 ? null : (
        <section
          aria-label={t("label")}
          className="flex flex-col gap-2 max-two:shrink-0 max-two:border-t max-two:bg-canvas max-two:p-2"
        >
          {all.slice(0, SHOWN).map((card, index) => (
            <RingCard
              key={card.offer.conversation_id}
              card={card}
              seconds={secondsLeft(card.offer, now)}
              first={index === 0}
              onAccept={() => void take(card)}
              onPass={() => leave(card)}
            />
          ))}
          {all.length > SHOWN ? (
            <p className="rounded-card border bg-raised px-3 py-1.5 text-label text-text2 shadow-float">
              {t("more", { count: all.length - SHOWN })}
            </p>
          ) : null}
        </section>
      )}
    </>
  );
}

function useVerbs() {
  const { t } = useTranslation("ring");
  const navigate = useNavigate();
  const take = async (card: Card) => {
    const id = card.offer.conversation_id;
    if (card.stage !== "ringing" || !(await accept(card, t("failed")))) return;
    await navigate({ to: "/inbox/$id", params: { id }, search: { view: "mine" } });
  };
  return { take, leave: (card: Card) => void pass(card) };
}

/** Asks what rings whenever the line is (back) there, and listens from then on. */
function useOffers(): void {
  const { live } = useLine();
  useEffect(followOffers, []);
  useEffect(beTheNewestTab, []);
  useEffect(() => {
    // A failure is met again with the next line; events come in any case.
    if (live) void loadOffers().catch(() => {});
  }, [live]);
}

function useCountdown(): number {
  const some = useCards().size > 0;
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    if (!some) return;
    const look = () => {
      setNow(serverNow());
      tick();
    };
    look();
    const timer = setInterval(look, TICK);
    return () => clearInterval(timer);
  }, [some]);
  return now;
}

/** Title, icon and sound follow the nearest deadline. */
function useAlarm(): void {
  const { t } = useTranslation("ring");
  const cards = useCards();
  const next = ringing(cards).find((card) => card.stage === "ringing")?.offer ?? null;
  useEffect(() => {
    if (!next) return;
    const alarm = () => {
      const seconds = secondsLeft(next, serverNow());
      showTitle(t("title", { seconds }));
      if (seconds > 0 && alertsBy("ring", "sound")) sound(seconds, Date.now());
    };
    showIcon(true);
    alarm();
    const timer = setInterval(alarm, TICK);
    return () => {
      clearInterval(timer);
      showTitle(null);
      showIcon(false);
    };
  }, [next, t]);
}

/** What is said aloud: once when it begins to ring, once ten seconds before the end. */
function useSaid(now: number): string {
  const { t } = useTranslation("ring");
  const first = ringing(useCards())[0];
  const key = useKeyHint("accept") ?? "";
  const [said, setSaid] = useState("");
  const begun = useRef<string | null>(null);
  const id = first ? `${first.offer.conversation_id} ${first.offer.round}` : null;
  const late = first ? secondsLeft(first.offer, now) <= SAID_AGAIN : false;
  useEffect(() => {
    if (!first || id === null) {
      begun.current = null;
      setSaid("");
      return;
    }
    const name = first.offer.contact.name;
    if (begun.current !== id) {
      begun.current = id;
      setSaid(t("say.new", { name, inbox: first.offer.inbox.name, key }));
    } else if (late) {
      setSaid(t("say.late", { name }));
    }
  }, [first, id, late, key, t]);
  return said;
}

/** The keys take and pass the first card, from wherever the cursor is. */
function useKeys(take: (card: Card) => Promise<void>, leave: (card: Card) => void): void {
  const first = ringing(useCards()).find((card) => card.stage === "ringing");
  useShortcuts({
    accept: first !== undefined && (() => void take(first)),
    pass: first !== undefined && (() => leave(first)),
  });
}
