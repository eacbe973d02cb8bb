/** The outbox's list as pure functions over immutable items. No time, no network, no storage. */

/**
 * `waiting`: its turn will come. `sending`: under way. `failed`: the server refused it; only a
 * person can try again. `stale`: too old to go out unasked.
 */
export type ItemState = "waiting" | "sending" | "failed" | "stale";

export interface QueueItem<P> {
  /** Made once; every try carries the same one, so the server stores the message once. */
  readonly clientId: string;
  readonly payload: P;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly state: ItemState;
  /** The stable code of the refusal, for `failed`. */
  readonly code: string | null;
  readonly detail: string | null;
}

type Items<P> = readonly QueueItem<P>[];

export function patch<P>(
  items: Items<P>,
  clientId: string,
  change: Partial<Omit<QueueItem<P>, "clientId">>,
): Items<P> {
  return items.map((item) => (item.clientId === clientId ? { ...item, ...change } : item));
}

export function without<P>(items: Items<P>, clientId: string): Items<P> {
  return items.filter((item) => item.clientId !== clientId);
}

/** Waiting items made before `oldest` ask first; the others keep their place. */
export function markStale<P>(items: Items<P>, oldest: number): Items<P> {
  const late = (item: QueueItem<P>) => item.state === "waiting" && item.createdAt < oldest;
  return items.some(late)
    ? items.map((item) => (late(item) ? { ...item, state: "stale" as const } : item))
    : items;
}

/** The first one whose turn it is; null while one is under way or none waits. */
export function nextToSend<P>(items: Items<P>): QueueItem<P> | null {
  if (items.some((item) => item.state === "sending")) return null;
  return items.find((item) => item.state === "waiting") ?? null;
}

/** What a page left behind: a try that was under way is simply tried again. */
export function restored<P>(saved: unknown, isPayload: (value: unknown) => value is P): Items<P> {
  if (!Array.isArray(saved)) return [];
  const items: QueueItem<P>[] = [];
  for (const entry of saved as Partial<QueueItem<unknown>>[]) {
    const { clientId, payload, createdAt, state } = entry ?? {};
    if (typeof clientId !== "string" || typeof createdAt !== "number" || !isPayload(payload)) {
      continue;
    }
    const kept = state === "failed" || state === "stale" ? state : "waiting";
    items.push({
      clientId,
      payload,
      createdAt,
      state: kept,
      code: typeof entry.code === "string" ? entry.code : null,
      detail: typeof entry.detail === "string" ? entry.detail : null,
    });
  }
  return items;
}
