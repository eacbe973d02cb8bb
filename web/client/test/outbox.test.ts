import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../src/http.ts";
import { type Hold, Outbox, type OutboxOptions } from "../src/outbox.ts";
import type { QueueItem } from "../src/queue.ts";

type Try = { id: string; ok: (value: string) => void; fail: (error: ApiError) => void };

let tries: Try[];
let sent: string[];
let seen: { items: readonly QueueItem<string>[]; hold: Hold | null };
let ids: number;
let outbox: Outbox<string, string>;

const offline = () => new ApiError({ status: 0, code: "offline", title: "offline" });
const status = (code: number, retryAfter: number | null = null) =>
  new ApiError({ status: code, code: `http_${code}`, title: "no", retryAfter });

function open(options: Partial<OutboxOptions<string, string>> = {}) {
  outbox = new Outbox<string, string>({
    send: (item) =>
      new Promise((resolve, reject) => {
        tries.push({ id: item.clientId, ok: resolve, fail: reject });
      }),
    isPayload: (value) => typeof value === "string",
    onChange: (items, hold) => {
      seen = { items, hold };
    },
    onSent: (item, result) => sent.push(`${item.clientId}:${item.payload}:${result}`),
    makeId: () => `c${++ids}`,
    random: () => 0.5,
    ...options,
  });
  return outbox;
}
const settle = () => vi.advanceTimersByTimeAsync(0);
const last = () => {
  const found = tries.at(-1);
  if (!found) throw new Error("nothing was tried");
  return found;
};

beforeEach(() => {
  vi.useFakeTimers();
  tries = [];
  sent = [];
  ids = 0;
  seen = { items: [], hold: null };
});
afterEach(() => {
  outbox?.close();
  vi.useRealTimers();
});

describe("Outbox", () => {
  it("sends one at a time, in order", async () => {
    open();
    outbox.push("a");
    outbox.push("b");
    outbox.push("c");
    expect(tries.map((t) => t.id)).toEqual(["c1"]);
    last().ok("1");
    await settle();
    expect(tries.map((t) => t.id)).toEqual(["c1", "c2"]);
    last().ok("2");
    await settle();
    last().ok("3");
    await settle();
    expect(sent).toEqual(["c1:a:1", "c2:b:2", "c3:c:3"]);
    expect(seen).toEqual({ items: [], hold: null });
  });

  it("keeps the id over every try and lets nothing overtake", async () => {
    open();
    outbox.push("a");
    outbox.push("b");
    for (const delay of [500, 1000, 2000]) {
      last().fail(offline());
      await settle();
      expect(seen.hold?.reason).toBe("offline");
      const before = tries.length;
      await vi.advanceTimersByTimeAsync(delay - 1);
      expect(tries).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(tries.map((t) => t.id)).toEqual(["c1", "c1", "c1", "c1"]);
    last().ok("1");
    await settle();
    expect(last().id).toBe("c2");
  });

  it("tries at once when woken", async () => {
    open();
    outbox.push("a");
    last().fail(status(502));
    await settle();
    expect(seen.hold?.reason).toBe("server");
    outbox.wake();
    expect(tries).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tries).toHaveLength(2);
  });

  it("waits as long as it was told to, even when woken", async () => {
    open();
    outbox.push("a");
    last().fail(status(429, 12));
    await settle();
    expect(seen.hold).toEqual({ reason: "slow_down", until: Date.now() + 12_000 });
    expect(seen.items[0]?.state).toBe("waiting");
    outbox.wake();
    await vi.advanceTimersByTimeAsync(11_999);
    expect(tries).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(tries).toHaveLength(2);
    expect(seen.hold).toBeNull();
  });

  it("sets a refused message aside, goes on, and retries with the same id when asked", async () => {
    open();
    outbox.push("a");
    outbox.push("b");
    last().fail(status(413));
    await settle();
    expect(outbox.items[0]).toMatchObject({ state: "failed", code: "http_413" });
    expect(last().id).toBe("c2");
    last().ok("2");
    await settle();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(tries).toHaveLength(2);
    outbox.retry("c1");
    expect(last().id).toBe("c1");
    last().ok("1");
    await settle();
    expect(sent).toEqual(["c2:b:2", "c1:a:1"]);
  });

  it("asks before sending what is older than an hour", async () => {
    open();
    outbox.push("a");
    last().fail(offline());
    await settle();
    vi.setSystemTime(Date.now() + 3_600_001);
    outbox.wake();
    expect(outbox.items[0]?.state).toBe("stale");
    expect(tries).toHaveLength(1);
    outbox.retry("c1");
    expect(tries).toHaveLength(2);
    outbox.discard("c1");
    expect(outbox.items).toEqual([]);
  });

  it("restores what a page left behind and sends it once", async () => {
    let disk: unknown = null;
    const storage = {
      load: () => disk,
      save: (items: readonly QueueItem<unknown>[]) => {
        disk = structuredClone(items);
      },
    };
    open({ storage });
    outbox.push("a");
    outbox.push("b");
    outbox.close();
    tries = [];
    open({ storage });
    outbox.wake();
    expect(tries.map((t) => t.id)).toEqual(["c1"]);
    outbox.settle("c1");
    last().ok("1");
    await settle();
    last().ok("2");
    await settle();
    expect(disk).toEqual([]);
    expect(tries.map((t) => t.id)).toEqual(["c1", "c2"]);
  });

  it("works in memory when storage is refused or holds nonsense", () => {
    const refuse = () => {
      throw new DOMException("denied", "SecurityError");
    };
    open({ storage: { load: refuse, save: refuse } });
    expect(outbox.push("a")).not.toBeNull();
    expect(tries).toHaveLength(1);
    outbox.close();
    open({ storage: { load: () => [{}, null, 3, { clientId: "x" }], save: refuse } });
    expect(outbox.items).toEqual([]);
  });

  it("is bounded", () => {
    open({ limit: 2 });
    outbox.push("a");
    outbox.push("b");
    expect(outbox.push("c")).toBeNull();
    expect(outbox.items).toHaveLength(2);
  });

  it("does not report a try that ends after closing", async () => {
    open();
    outbox.push("a");
    outbox.close();
    last().ok("1");
    await settle();
    expect(sent).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
