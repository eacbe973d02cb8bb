import type { Message } from "@chatdesk/client/types";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Receipts } from "../src/app/receipts.ts";
import { message } from "./story.ts";

let newest: Message | null;
let seeing: boolean;
let calls: string[];
let works: boolean;
let seen: number[];

function open(): Receipts {
  return new Receipts({
    newest: () => newest,
    seeing: () => seeing,
    put: async ({ seq }, status) => {
      calls.push(`${status} ${seq}`);
      if (!works) throw new Error("offline");
    },
    onSeen: ({ seq }) => seen.push(seq),
  });
}
const pass = () => vi.advanceTimersByTimeAsync(1000);

beforeEach(() => {
  vi.useFakeTimers();
  newest = null;
  seeing = false;
  works = true;
  calls = [];
  seen = [];
});
afterEach(() => {
  vi.useRealTimers();
});

describe("Receipts", () => {
  it("says delivered while nobody looks, read once somebody does, each once", async () => {
    const receipts = open();
    newest = message(3, "Maya");
    receipts.consider();
    receipts.consider();
    await pass();
    expect(calls).toEqual(["delivered 3"]);
    expect(seen).toEqual([]);
    seeing = true;
    receipts.consider();
    expect(seen).toEqual([3]);
    await pass();
    receipts.consider();
    await pass();
    expect(calls).toEqual(["delivered 3", "read 3"]);
  });

  it("makes one call of a burst", async () => {
    const receipts = open();
    seeing = true;
    for (const seq of [2, 3, 4]) {
      newest = message(seq, "Maya");
      receipts.consider();
    }
    await pass();
    expect(calls).toEqual(["read 4"]);
  });

  it("says nothing the server knows from another tab", async () => {
    const receipts = open();
    seeing = true;
    newest = message(4, "Maya");
    receipts.confirm({ delivered_seq: 4, read_seq: 4 });
    receipts.consider();
    await pass();
    expect(calls).toEqual([]);
  });

  it("tries again at the next occasion after a failure", async () => {
    const receipts = open();
    works = false;
    newest = message(1, "Maya");
    receipts.consider();
    await pass();
    works = true;
    receipts.consider();
    await pass();
    expect(calls).toEqual(["delivered 1", "delivered 1"]);
  });

  it("is silent without messages of agents", async () => {
    open().consider();
    await pass();
    expect(calls).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
