/** The outbox as screens read it. */
import { useMemo, useSyncExternalStore } from "react";
import type { Thread } from "./live";
import { type OutgoingItem, type Returned, readOutbox, subscribeOutbox } from "./outbox";

/** What is still on its way in this conversation and not yet among its stored messages. */
export function usePending(id: string, thread: Thread): readonly OutgoingItem[] {
  const items = useSyncExternalStore(subscribeOutbox, () => readOutbox().items);
  return useMemo(() => {
    const mine = items.filter((item) => item.payload.conversationId === id);
    if (mine.length === 0) return mine;
    const stored = new Set(thread.messages.slice(-200).map((message) => message.client_id));
    return mine.filter((item) => !stored.has(item.clientId));
  }, [items, id, thread]);
}

/** True while the server keeps refusing for a passing reason; being offline has its own bar. */
export const useStuck = (): boolean =>
  useSyncExternalStore(subscribeOutbox, () => readOutbox().hold?.reason === "server");

export const useReturned = (id: string): Returned | undefined =>
  useSyncExternalStore(subscribeOutbox, () => readOutbox().returned.get(id));
