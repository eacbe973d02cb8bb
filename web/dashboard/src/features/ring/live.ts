/** The cards of what rings for this agent: a snapshot, then the events after it. Pure. */
import type { EventFrame, Offer } from "@chatdesk/client";

export interface Card {
  readonly offer: Offer;
  /** `lost`: somebody else took it, `by` says who. `over`: nobody did. */
  readonly stage: "ringing" | "joining" | "lost" | "over";
  readonly by: string | null;
  /** What went wrong at the last try; null when nothing did. */
  readonly trouble: string | null;
  /** This machine's time at which a card that is over goes away. */
  readonly leaves: number | null;
}

/** By conversation id, the nearest deadline first. */
export type Cards = ReadonlyMap<string, Card>;

/** How long a card says who took it, in ms. */
export const LOST_SHOWS = 2_000;
const OVER_SHOWS = 4_000;

const fresh = (offer: Offer): Card => ({
  offer,
  stage: "ringing",
  by: null,
  trouble: null,
  leaves: null,
});

function sorted(cards: Iterable<[string, Card]>): Cards {
  return new Map(
    [...cards].sort(([, a], [, b]) => a.offer.deadline.localeCompare(b.offer.deadline)),
  );
}

const put = (cards: Cards, card: Card): Cards =>
  sorted([...cards, [card.offer.conversation_id, card]]);

function without(cards: Cards, id: string): Cards {
  const next = new Map(cards);
  next.delete(id);
  return next;
}

/** What the server says rings now; cards that say their last word stay until they have. */
export function takeOffers(cards: Cards, offers: readonly Offer[]): Cards {
  const ending = [...cards].filter(([, card]) => card.leaves !== null);
  const ringing = offers.map((offer): [string, Card] => {
    const held = cards.get(offer.conversation_id);
    return [offer.conversation_id, held?.offer.round === offer.round ? held : fresh(offer)];
  });
  return sorted([...ending, ...ringing]);
}

export function applyEvent(cards: Cards, frame: EventFrame, me: string, now: number): Cards {
  if (frame.kind === "conversation.offered") {
    const { offer } = frame.data;
    const held = cards.get(offer.conversation_id);
    return held && held.offer.round > offer.round ? cards : put(cards, fresh(offer));
  }
  const card = frame.conversation_id ? cards.get(frame.conversation_id) : undefined;
  if (!card || card.leaves !== null) return cards;
  const { conversation_id: id, round } = card.offer;
  switch (frame.kind) {
    case "offer.passed":
    case "offer.withdrawn":
      return frame.data.round === round ? without(cards, id) : cards;
    case "conversation.claimed":
    case "conversation.transferred":
      if (frame.data.epoch <= round) return cards;
      if (frame.data.owner?.id === me || !frame.data.owner) return without(cards, id);
      return lose(cards, id, frame.data.owner.name, now);
    case "conversation.missed":
      return frame.data.epoch > round ? miss(cards, id, now) : cards;
    case "conversation.released":
    case "conversation.resolved":
      return frame.data.epoch > round ? without(cards, id) : cards;
    default:
      return cards;
  }
}

/** Somebody else has it. */
export function lose(cards: Cards, id: string, by: string, now: number): Cards {
  const card = cards.get(id);
  return card ? put(cards, { ...card, stage: "lost", by, leaves: now + LOST_SHOWS }) : cards;
}

/** Nobody took it. */
export function miss(cards: Cards, id: string, now: number): Cards {
  const card = cards.get(id);
  return card ? put(cards, { ...card, stage: "over", leaves: now + OVER_SHOWS }) : cards;
}

export function join(cards: Cards, id: string): Cards {
  const card = cards.get(id);
  return card ? put(cards, { ...card, stage: "joining", trouble: null }) : cards;
}

/** Accepting did not work, and it still rings. */
export function fail(cards: Cards, id: string, trouble: string): Cards {
  const card = cards.get(id);
  return card ? put(cards, { ...card, stage: "ringing", trouble }) : cards;
}

export const drop = without;

/**
 * Cards that have said their last word go. One that still rings here after its time waits a moment
 * for the server's word, then goes too.
 */
export function expire(cards: Cards, now: number, serverNow: number): Cards {
  const stays = ([, card]: [string, Card]) =>
    card.leaves === null
      ? serverNow < Date.parse(card.offer.deadline) + OVER_SHOWS
      : now < card.leaves;
  const kept = [...cards].filter(stays);
  return kept.length === cards.size ? cards : new Map(kept);
}

/** Whole seconds until the deadline, never below 0. */
export const secondsLeft = (offer: Offer, serverNow: number): number =>
  Math.max(0, Math.ceil((Date.parse(offer.deadline) - serverNow) / 1_000));

export const ringing = (cards: Cards): Card[] =>
  [...cards.values()].filter((card) => card.stage === "ringing" || card.stage === "joining");
