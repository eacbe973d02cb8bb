import { describe, expect, it } from "vitest";
import { at, conversation, event, message } from "@/live/made";
import {
  applyEvent,
  EMPTY,
  firstUnread,
  gapAfter,
  insert,
  nextBefore,
  statusOf,
  type Thread,
  takePage,
} from "./live";

const seqs = (thread: Thread) => thread.messages.map(({ seq, note }) => (note ? `${seq}n` : seq));
const page = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => message(from + index));

describe("a thread", () => {
  it("takes pages in any order and without doubles", () => {
    const late = takePage(EMPTY, page(51, 100), 50, "latest");
    const both = takePage(late, page(1, 50), 50, "older");
    const again = takePage(both, page(40, 60), 50, "older");
    expect(seqs(again)).toEqual(page(1, 100).map(({ seq }) => seq));
  });

  it("puts a note after the message it follows", () => {
    const thread = insert(EMPTY, [message(3), message(2, { note: true }), message(2), message(1)]);
    expect(seqs(thread)).toEqual([1, 2, "2n", 3]);
  });

  it("takes an event once, and not before its first page", () => {
    const created = event(9, "message.created", { message: message(2) });
    expect(applyEvent(EMPTY, created)).toBe(EMPTY);
    const thread = takePage(EMPTY, [message(1)], 50, "latest");
    const once = applyEvent(thread, created);
    expect(seqs(once)).toEqual([1, 2]);
    expect(applyEvent(once, created)).toBe(once);
  });

  it("keeps one line per event, in order", () => {
    const owner = { id: "agent_sam", name: "Sam" };
    const claim = event(5, "conversation.claimed", { state: "active", owner, epoch: 2 });
    const release = event(8, "conversation.released", {
      state: "waiting",
      owner: null,
      epoch: 3,
      waiting_since: at(8),
    });
    const thread = [release, claim, release].reduce(applyEvent, EMPTY);
    expect(thread.lines.map(({ kind }) => kind)).toEqual(["claimed", "released"]);
  });
});

describe("a gap", () => {
  it("is found between messages and before the head", () => {
    const thread = { ...insert(EMPTY, [message(1), message(2), message(5)]), loaded: true };
    expect(gapAfter(thread, 5)).toBe(2);
    const whole = { ...insert(EMPTY, [message(4), message(5)]), loaded: true };
    expect(gapAfter(whole, 5)).toBeNull();
    expect(gapAfter(whole, 7)).toBe(5);
  });

  it("is none while nothing is loaded, and notes make none", () => {
    expect(gapAfter(EMPTY, 7)).toBeNull();
    const thread = insert(EMPTY, [message(1), message(1, { note: true }), message(2)]);
    expect(gapAfter({ ...thread, loaded: true }, 2)).toBeNull();
  });

  it("closes with the page that fills it", () => {
    const thread = { ...insert(EMPTY, [message(1), message(5)]), loaded: true };
    expect(gapAfter(takePage(thread, page(1, 5), 50, "newer"), 5)).toBeNull();
  });
});

describe("paging upwards", () => {
  it("goes on before the oldest message, and stops at the first", () => {
    const thread = takePage(EMPTY, page(51, 100), 50, "latest");
    expect(thread.complete).toBe(false);
    expect(nextBefore(thread)).toBe(51);
    const whole = takePage(thread, page(1, 50), 50, "older");
    expect(whole.complete).toBe(true);
    expect(nextBefore(whole)).toBeNull();
  });

  it("asks again from a note's message, whose number it shares", () => {
    const thread = takePage(EMPTY, [message(7, { note: true }), ...page(8, 56)], 50, "latest");
    expect(nextBefore(thread)).toBe(8);
  });

  it("does not call a thread whole because a newer page was short", () => {
    const thread = takePage(EMPTY, page(51, 100), 50, "latest");
    expect(takePage(thread, [message(101)], 50, "newer").complete).toBe(false);
  });
});

describe("status", () => {
  it("reads the other side's marks and never moves back", () => {
    const reply = message(4, { author: { type: "agent", id: "agent_sam", name: "Sam" } });
    const seen = (delivered_seq: number, read_seq: number) =>
      conversation({ contact_marks: { delivered_seq, read_seq } });
    expect(statusOf(reply, seen(3, 3))).toBe("sent");
    expect(statusOf(reply, seen(4, 3))).toBe("delivered");
    expect(statusOf(reply, seen(4, 4))).toBe("read");
    expect(statusOf({ ...reply, status: "read" }, seen(0, 0))).toBe("read");
  });

  it("of a customer's message reads ours", () => {
    const ours = conversation({ agent_marks: { delivered_seq: 4, read_seq: 4 } });
    expect(statusOf(message(4), ours)).toBe("read");
  });
});

describe("the first unread", () => {
  it("is the customer's, not ours and not a note", () => {
    const reply = message(3, { author: { type: "agent", id: "agent_sam", name: "Sam" } });
    const thread = insert(EMPTY, [message(2), message(2, { note: true }), reply, message(4)]);
    expect(firstUnread(thread, 2)?.seq).toBe(4);
    expect(firstUnread(thread, 4)).toBeNull();
  });
});
