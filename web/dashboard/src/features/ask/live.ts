/** Who asks whom for which conversation: a snapshot, then the events after it. Pure. */
import type { Ask, EventFrame } from "@chatdesk/client";

/** By conversation id: at most one question each. */
export type Asks = ReadonlyMap<string, Ask>;

/** How long a question whose time is over waits for the server's word, in ms. */
const WORD_WITHIN = 5_000;

export const takeAsks = (items: readonly Ask[]): Asks =>
  new Map(items.map((ask) => [ask.conversation_id, ask]));

export const put = (asks: Asks, ask: Ask): Asks => new Map(asks).set(ask.conversation_id, ask);

export function drop(asks: Asks, conversationId: string): Asks {
  const next = new Map(asks);
  return next.delete(conversationId) ? next : asks;
}

export function applyEvent(asks: Asks, frame: EventFrame): Asks {
  if (frame.kind === "conversation.asked") return put(asks, frame.data.ask);
  const id = frame.conversation_id;
  const ask = id ? asks.get(id) : undefined;
  if (!id || !ask) return asks;
  const isOver =
    frame.kind === "conversation.kept"
      ? frame.data.id === ask.id
      : frame.kind === "conversation.hidden" ||
        ("epoch" in frame.data && frame.data.epoch > ask.epoch);
  return isOver ? drop(asks, id) : asks;
}

export function expire(asks: Asks, serverNow: number): Asks {
  const kept = [...asks].filter(([, ask]) => serverNow < Date.parse(ask.deadline) + WORD_WITHIN);
  return kept.length === asks.size ? asks : new Map(kept);
}

/** Whole seconds until the deadline, never below 0. */
export const secondsLeft = (ask: Ask, serverNow: number): number =>
  Math.max(0, Math.ceil((Date.parse(ask.deadline) - serverNow) / 1_000));

/** What I have to answer, the nearest deadline first. */
export const toAnswer = (asks: Asks, me: string): Ask[] =>
  [...asks.values()]
    .filter((ask) => ask.owner.id === me)
    .sort((a, b) => a.deadline.localeCompare(b.deadline));
