/** What rings for this agent, held for its screens: fed by events, checked against the server. */
import {
  ApiError,
  type Conversation,
  type EventFrame,
  type Offers,
  request,
} from "@chatdesk/client";
import { useSyncExternalStore } from "react";
import { endsSession } from "@/features/session/api";
import { caughtUpTo } from "@/live/connection";
import { desk } from "@/live/desk";
import * as live from "./live";

let cards: live.Cards = new Map();
/** How much the server's clock is ahead of this machine's, in ms. */
let ahead = 0;
const listeners = new Set<() => void>();

function set(next: live.Cards): void {
  if (next === cards) return;
  cards = next;
  for (const listener of listeners) listener();
}

export const readCards = (): live.Cards => cards;
export const serverNow = (): number => Date.now() + ahead;

export function subscribeCards(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useCards = (): live.Cards => useSyncExternalStore(subscribeCards, readCards);

/** An event that just happened says what the server's clock shows. */
function learnTime(frame: EventFrame): void {
  if (frame.kind === "conversation.offered" && frame.seq > caughtUpTo()) {
    ahead = Math.max(ahead, Date.parse(frame.at) - Date.now());
  }
}

/** Follows the events until the returned function is called. */
export function followOffers(): () => void {
  const ignore = desk.watch((frame) => {
    learnTime(frame);
    set(live.applyEvent(cards, frame, desk.me, Date.now()));
  });
  return () => {
    ignore();
    set(new Map());
  };
}

/** What rings now, and the server's time, taken as it was in the middle of the call. */
export async function loadOffers(): Promise<void> {
  const asked = Date.now();
  const answer = await request<Offers>("GET", "/api/v1/offers");
  ahead = Date.parse(answer.now) - (asked + Date.now()) / 2;
  set(live.takeOffers(cards, answer.items));
}

export const tick = (): void => set(live.expire(cards, Date.now(), serverNow()));

const path = (id: string, verb: string) =>
  `/api/v1/conversations/${encodeURIComponent(id)}/${verb}`;

/** True when the conversation is ours now. The server decides; whoever loses reads who won. */
export async function accept(card: live.Card, failed: string): Promise<boolean> {
  const { conversation_id: id, round } = card.offer;
  set(live.join(cards, id));
  try {
    const body = { epoch: round };
    desk.takeAnswer(await request<Conversation>("PUT", path(id, "claim"), body));
    set(live.drop(cards, id));
    return true;
  } catch (error) {
    if (endsSession(error)) return false;
    const known = error instanceof ApiError ? error : null;
    const winner = known?.problem?.owner?.name;
    if (known?.code === "already_claimed" && winner) set(live.lose(cards, id, winner, Date.now()));
    else if (known?.code === "offer_over") set(live.miss(cards, id, Date.now()));
    else if (known?.status === 409) set(live.drop(cards, id));
    else set(live.fail(cards, id, known?.detail || failed));
    return false;
  }
}

/** Gone at once; should the server not hear of it, the offer ends by itself. */
export async function pass(card: live.Card): Promise<void> {
  const { conversation_id: id, round } = card.offer;
  set(live.drop(cards, id));
  try {
    await request("POST", path(id, "pass"), { round });
  } catch (error) {
    endsSession(error);
  }
}
