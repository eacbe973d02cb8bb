/** The open questions for conversations, held for the screens: fed by events, checked against the server. */
import { type Ask, type Asks, type Conversation, request } from "@chatdesk/client";
import { useEffect, useSyncExternalStore } from "react";
import { caughtUpTo } from "@/live/connection";
import { desk } from "@/live/desk";
import { useNow } from "@/live/use";
import * as live from "./live";

let asks: live.Asks = new Map();
/** How much the server's clock is ahead of this machine's, in ms. */
let ahead = 0;
const listeners = new Set<() => void>();

function set(next: live.Asks): void {
  if (next === asks) return;
  asks = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useAsks = (): live.Asks => useSyncExternalStore(subscribe, () => asks);

/** The question for this conversation, if one is open. */
export const useAsk = (id: string): Ask | undefined =>
  useSyncExternalStore(subscribe, () => asks.get(id));

/** Seconds left for an answer, renewed each second. */
export function useSecondsLeft(ask: Ask): number {
  const now = useNow(1_000) + ahead;
  useEffect(() => set(live.expire(asks, now)), [now]);
  return live.secondsLeft(ask, now);
}

/** Follows the events until the returned function is called. */
export function followAsks(): () => void {
  const ignore = desk.watch((frame) => {
    if (frame.kind === "conversation.asked" && frame.seq > caughtUpTo()) {
      ahead = Math.max(ahead, Date.parse(frame.at) - Date.now());
    }
    set(live.applyEvent(asks, frame));
  });
  return () => {
    ignore();
    set(new Map());
  };
}

/** What is open now, and the server's time, taken as it was in the middle of the call. */
export async function loadAsks(): Promise<void> {
  const begun = Date.now();
  const answer = await request<Asks>("GET", "/api/v1/asks");
  ahead = Date.parse(answer.now) - (begun + Date.now()) / 2;
  set(live.takeAsks(answer.items));
}

const path = (id: string) => `/api/v1/conversations/${encodeURIComponent(id)}/ask`;

export async function askFor(id: string, epoch: number): Promise<void> {
  set(live.put(asks, await request<Ask>("POST", path(id), { epoch })));
}

export async function answer(ask: Ask, yes: boolean): Promise<void> {
  const id = ask.conversation_id;
  desk.takeAnswer(await request<Conversation>("PUT", path(id), { id: ask.id, yes }));
  set(live.drop(asks, id));
}

export async function withdraw(ask: Ask): Promise<void> {
  await request<void>("DELETE", path(ask.conversation_id), { id: ask.id });
  set(live.drop(asks, ask.conversation_id));
}
