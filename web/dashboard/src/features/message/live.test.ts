import { describe, expect, it } from "vitest";
import { at, conversation, event, message } from "@/live/made";
import {
  applyEvent,
  EMPTY,
  firstUnread,
  gapAfter,
  insert,
  linesMissing,
  ratingOf,
  statusOf,
  type Thread,
  takePage,
  takeTrail,
} from "./live";

const seqs = (thread: Thread) => thread.messages.map(({ seq, note }) => (note ? `${seq}n` : seq));
const page = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => message(from + index));

describe("a thread", () => {
  it("takes pages in any order and without doubles", () => {
    const late = takePage(EMPTY, page(51, 100), "51", "latest");
    const both = takePage(late, page(1, 50), null, "older");
    const again = takePage(both, page(40, 60), "40", "older");
    expect(seqs(again)).toEqual(page(1, 100).map(({ seq }) => seq));
  });

  it("says to which department it was handed, as long as nobody there has it", () => {
    const handed = (owner: { id: string; name: string } | null) =>
      event(3, "conversation.transferred", {
        state: owner ? "active" : "waiting",
        owner,
        department_id: "department_1",
        epoch: 2,
        waiting_since: owner ? null : at(3),
      });
    expect(applyEvent(EMPTY, handed(null)).lines[0]?.department).toBe("department_1");
    const maya = { id: "agent_1", name: "Maya" };
    expect(applyEvent(EMPTY, handed(maya)).lines[0]?.department).toBeUndefined();
  });

  it("puts a note after the message it follows", () => {
    const thread = insert(EMPTY, [message(3), message(2, { note: true }), message(2), message(1)]);
    expect(seqs(thread)).toEqual([1, 2, "2n", 3]);
  });

  it("takes an event once, and not before its first page", () => {
    const created = event(9, "message.created", { message: message(2) });
    expect(applyEvent(EMPTY, created)).toBe(EMPTY);
    const thread = takePage(EMPTY, [message(1)], null, "latest");
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
    expect(gapAfter(takePage(thread, page(1, 5), null, "newer"), 5)).toBeNull();
  });
});

describe("paging upwards", () => {
  it("goes on before the oldest page, and stops at the first", () => {
    const thread = takePage(EMPTY, page(51, 100), "51", "latest");
    expect(thread.older).toBe("51");
    const again = takePage(thread, page(60, 110), "60", "latest");
    expect(again.older).toBe("51");
    expect(takePage(again, page(1, 50), null, "older").older).toBeNull();
  });

  it("does not call a thread whole because it was read forwards", () => {
    const thread = takePage(EMPTY, page(51, 100), "51", "latest");
    expect(takePage(thread, [message(101)], null, "newer").older).toBe("51");
  });

  it("may begin inside a run of notes without a gap", () => {
    const notes = [1, 2].map((n) => message(7, { note: true, id: `message_7n${n}` }));
    const thread = takePage(EMPTY, [...notes, message(8)], "7.1", "latest");
    expect(gapAfter(thread, 8)).toBeNull();
    expect(gapAfter(takePage(EMPTY, notes, "7.1", "latest"), 7)).toBeNull();
  });
});

describe("lines from history", () => {
  const claim = event(5, "conversation.claimed", { state: "active", owner: null, epoch: 2 });
  const release = event(8, "conversation.claimed", { state: "active", owner: null, epoch: 3 });

  it("stand with those that came live, once each", () => {
    const live = applyEvent(takePage(EMPTY, page(9, 10), "9", "latest"), release);
    const thread = takeTrail(live, [release, claim], 5);
    expect(thread.lines.map(({ seq }) => seq)).toEqual([5, 8]);
  });

  it("are asked for as far back as the messages reach", () => {
    const fresh = takeTrail(takePage(EMPTY, page(6, 10), "6", "latest"), [release], 8);
    expect(linesMissing(fresh)).toBe(8);
    const enough = takeTrail(fresh, [claim], 5);
    expect(linesMissing(enough)).toBeNull();
    const older = takePage(enough, page(1, 5), null, "older");
    expect(linesMissing(older)).toBe(5);
    expect(linesMissing(takeTrail(older, [], null))).toBeNull();
  });
});

describe("a rating", () => {
  it("stands as a line, and the latest counts", () => {
    const rated = (seq: number, stars: number) =>
      event(seq, "survey.answered", { stars, comment: "Quick" });
    const thread = [rated(6, 2), rated(9, 4)].reduce(applyEvent, EMPTY);
    expect(thread.lines.map(({ kind }) => kind)).toEqual(["rated", "rated"]);
    expect(ratingOf(thread)).toEqual({ stars: 4, comment: "Quick" });
    expect(ratingOf(EMPTY)).toBeNull();
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
