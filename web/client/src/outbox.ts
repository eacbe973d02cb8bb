/**
 * Sends messages one after the other, each exactly once: the id is made when the message is
 * written and every try carries it. What a message is, and where it goes, is the caller's.
 */
import { ApiError } from "./http.ts";
import { reconnectDelay } from "./live.ts";
import { markStale, nextToSend, patch, type QueueItem, restored, without } from "./queue.ts";
import { uuid } from "./uuid.ts";

export interface OutboxStorage {
  /** Either may throw; the queue then lives in memory alone. */
  load: () => unknown;
  save: (items: readonly QueueItem<unknown>[]) => void;
}

/** Why nothing is going out just now. */
export interface Hold {
  reason: "offline" | "slow_down" | "server";
  /** Milliseconds since 1970 of the next try. */
  until: number;
}

export interface OutboxOptions<P, R> {
  /** One try. Must reject with {@link ApiError} and must not retry by itself. */
  send: (item: QueueItem<P>, signal: AbortSignal) => Promise<R>;
  isPayload: (value: unknown) => value is P;
  onChange: (items: readonly QueueItem<P>[], hold: Hold | null) => void;
  onSent: (item: QueueItem<P>, result: R) => void;
  storage?: OutboxStorage;
  /** Milliseconds after which an unsent message asks first; one hour when left out. */
  staleAfter?: number;
  /** Most items kept at once; 100 when left out. */
  limit?: number;
  makeId?: () => string;
  random?: () => number;
}

const HOUR = 3_600_000;

export class Outbox<P, R> {
  #options: OutboxOptions<P, R>;
  #items: readonly QueueItem<P>[] = [];
  #hold: Hold | null = null;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #flight: AbortController | null = null;
  #closed = false;

  constructor(options: OutboxOptions<P, R>) {
    this.#options = options;
    try {
      this.#items = restored(options.storage?.load(), options.isPayload);
    } catch {
      // Storage may be refused; memory is enough.
    }
  }

  get items(): readonly QueueItem<P>[] {
    return this.#items;
  }

  get hold(): Hold | null {
    return this.#hold;
  }

  /** Takes the message and starts sending; null when the queue is full. */
  push(payload: P): QueueItem<P> | null {
    if (this.#closed || this.#items.length >= (this.#options.limit ?? 100)) return null;
    const item: QueueItem<P> = {
      clientId: this.#options.makeId?.() ?? uuid(),
      payload,
      createdAt: Date.now(),
      state: "waiting",
      code: null,
      detail: null,
    };
    this.#update([...this.#items, item]);
    this.#pump();
    return item;
  }

  /** A person chose to send a failed or stale message after all. */
  retry(clientId: string): void {
    this.#update(
      patch(this.#items, clientId, {
        state: "waiting",
        createdAt: Date.now(),
        code: null,
        detail: null,
      }),
    );
    this.wake();
  }

  /** Forgets a message. One under way may still arrive. */
  discard(clientId: string): void {
    if (this.#items.some((item) => item.clientId === clientId)) {
      this.#update(without(this.#items, clientId));
    }
  }

  /** The message was seen among the stored ones, whatever became of our own try. */
  settle(clientId: string): void {
    this.discard(clientId);
  }

  /** Tries now: the network is back. A server's "slow down" is still waited for. */
  wake(): void {
    if (this.#hold?.reason !== "slow_down") this.#release();
    this.#pump();
  }

  /** Stops for good; what is unsent stays in the storage. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#flight?.abort();
  }

  #pump(): void {
    if (this.#closed || this.#hold || this.#flight) return;
    const oldest = Date.now() - (this.#options.staleAfter ?? HOUR);
    const checked = markStale(this.#items, oldest);
    if (checked !== this.#items) this.#update(checked);
    const item = nextToSend(this.#items);
    if (item) void this.#try(item);
  }

  async #try(item: QueueItem<P>): Promise<void> {
    const flight = new AbortController();
    this.#flight = flight;
    this.#update(patch(this.#items, item.clientId, { state: "sending" }));
    try {
      const result = await this.#options.send(item, flight.signal);
      if (this.#closed) return;
      this.#tries = 0;
      this.#items = without(this.#items, item.clientId);
      this.#save();
      // The stored message goes in before the pending one goes out: no frame without either.
      this.#options.onSent(item, result);
      this.#options.onChange(this.#items, this.#hold);
    } catch (error) {
      if (this.#closed) return;
      this.#refused(item, error);
    } finally {
      this.#flight = null;
    }
    this.#pump();
  }

  #refused(item: QueueItem<P>, error: unknown): void {
    if (!(error instanceof ApiError) || !error.temporary) {
      const code = error instanceof ApiError ? error.code : "failed";
      const detail = error instanceof ApiError ? error.detail || error.title : null;
      this.#tries = 0;
      this.#update(patch(this.#items, item.clientId, { state: "failed", code, detail }));
      return;
    }
    const random = this.#options.random?.() ?? Math.random();
    const told = error.retryAfter === null ? null : error.retryAfter * 1000;
    const delay = Math.max(told ?? reconnectDelay(this.#tries, random), 100);
    const reason =
      error.status === 429 ? "slow_down" : error.status === 0 ? "offline" : ("server" as const);
    this.#tries += 1;
    this.#hold = { reason, until: Date.now() + delay };
    this.#timer = setTimeout(() => {
      this.#release();
      this.#pump();
    }, delay);
    this.#update(patch(this.#items, item.clientId, { state: "waiting" }));
  }

  #release(): void {
    clearTimeout(this.#timer);
    if (!this.#hold) return;
    this.#hold = null;
    this.#options.onChange(this.#items, null);
  }

  #update(items: readonly QueueItem<P>[]): void {
    this.#items = items;
    this.#save();
    this.#options.onChange(items, this.#hold);
  }

  #save(): void {
    try {
      this.#options.storage?.save(this.#items);
    } catch {
      // Full or refused; memory is enough.
    }
  }
}
