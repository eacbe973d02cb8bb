import { describe, expect, it } from "vitest";
import { at, conversation, event, message } from "@/live/made";
import { applyEvent, inView, type Known, listOf, recount, takeSnapshot, unreadOf } from "./live";

const known = (head: number, change = {}): Known => ({
  conversation: conversation(change),
  asOf: head,
});
const sam = { id: "agent_sam", name: "Sam" };
const claimed = (seq: number, epoch = 2) =>
  event(seq, "conversation.claimed", { state: "active", owner: sam, epoch });

describe("events on a conversation", () => {
  it("change nothing when the snapshot already has them", () => {
    const before = known(10);
    expect(applyEvent(before, claimed(10))).toBe(before);
    expect(applyEvent(before, claimed(4))).toBe(before);
  });

  it("applied twice are as applied once", () => {
    const once = applyEvent(known(10), claimed(11));
    expect(applyEvent(once, claimed(11))).toBe(once);
  });

  it("give what a fresh snapshot would say", () => {
    const reply = message(2, { author: { type: "agent", ...sam } });
    const events = [
      claimed(11),
      event(12, "message.created", { message: reply }),
      event(13, "conversation.marked", {
        contact_marks: { delivered_seq: 2, read_seq: 2 },
        agent_marks: { delivered_seq: 1, read_seq: 1 },
      }),
      event(14, "conversation.resolved", {
        state: "resolved",
        owner: sam,
        epoch: 3,
        resolved_at: at(14),
      }),
    ];
    const after = events.reduce<Known | undefined>(applyEvent, known(10));
    expect(after).toEqual({
      asOf: 14,
      conversation: conversation({
        state: "resolved",
        owner: sam,
        epoch: 3,
        head_seq: 2,
        preview: "Message 2",
        preview_author: "agent",
        last_message_at: at(2),
        waiting_since: null,
        resolved_at: at(14),
        contact_marks: { delivered_seq: 2, read_seq: 2 },
        agent_marks: { delivered_seq: 1, read_seq: 1 },
      }),
    });
  });

  it("start an unknown conversation only with its creation", () => {
    expect(applyEvent(undefined, claimed(5))).toBeUndefined();
    const created = event(5, "conversation.created", { conversation: conversation() });
    expect(applyEvent(undefined, created)).toEqual(known(5));
  });

  it("take a conversation out of sight, and bring it back whole", () => {
    const hidden = event(11, "conversation.hidden", {});
    expect(applyEvent(known(10), hidden)).toBeUndefined();
    expect(applyEvent(known(11), hidden)).toEqual(known(11));
    const whole = conversation({ epoch: 4, department_id: "department_2", preview: "Still here" });
    const moved = event(12, "conversation.transferred", {
      state: "waiting",
      owner: null,
      epoch: 4,
      department_id: "department_2",
      waiting_since: at(12),
      conversation: whole,
    });
    expect(applyEvent(undefined, moved)).toEqual({ conversation: whole, asOf: 12 });
  });

  it("show the department of a conversation that moved before our eyes", () => {
    const data = { state: "waiting" as const, owner: null, epoch: 4, waiting_since: at(9) };
    const moved = event(12, "conversation.transferred", { ...data, department_id: "department_2" });
    const after = applyEvent(known(10, { department_id: null }), moved)?.conversation;
    expect(after).toMatchObject({ department_id: "department_2", waiting_since: at(9) });
  });

  it("never take back what the answer to our own call said", () => {
    const answered = known(10, { state: "active", owner: sam, epoch: 5 });
    const late = applyEvent(answered, claimed(11, 4));
    expect(late?.conversation).toEqual(answered.conversation);
    expect(late?.asOf).toBe(11);
  });

  it("leave the preview alone when a note is written", () => {
    const note = message(1, { note: true, content: { type: "text", text: "secret" } });
    const after = applyEvent(known(10), event(11, "message.created", { message: note }));
    expect(after?.conversation.preview).toBe("Hello");
    expect(after?.conversation.last_message_at).toBe(at(0));
  });

  it("never move marks back", () => {
    const before = known(10, { agent_marks: { delivered_seq: 5, read_seq: 4 } });
    const after = applyEvent(
      before,
      event(11, "conversation.marked", {
        contact_marks: { delivered_seq: 1, read_seq: 0 },
        agent_marks: { delivered_seq: 3, read_seq: 3 },
      }),
    );
    expect(after?.conversation.agent_marks).toEqual({ delivered_seq: 5, read_seq: 4 });
  });

  it("put a reopened conversation back in the queue", () => {
    const resolved = known(10, { state: "resolved", resolved_at: at(1), waiting_since: null });
    const reopened = event(11, "conversation.reopened", {
      state: "waiting",
      owner: null,
      epoch: 2,
      waiting_since: at(11),
    });
    expect(applyEvent(resolved, reopened)?.conversation).toMatchObject({
      state: "waiting",
      resolved_at: null,
      waiting_since: at(11),
    });
  });
});

describe("a snapshot", () => {
  it("loses to what events already told", () => {
    const newer = known(20, { epoch: 7 });
    expect(takeSnapshot(newer, conversation(), 15)).toBe(newer);
    expect(takeSnapshot(newer, conversation(), 20).conversation.epoch).toBe(1);
  });
});

describe("lists", () => {
  const of = (id: string, change = {}): Known => known(10, { id, ...change });
  const all = [
    of("a", { last_message_at: at(1), owner: sam, state: "active" }),
    of("b", { last_message_at: at(3), waiting_since: at(3) }),
    of("c", { last_message_at: at(2), waiting_since: at(2) }),
    of("d", { last_message_at: at(4), state: "resolved", resolved_at: at(4) }),
  ];

  it("put the newest first, and who waits longest first", () => {
    expect(listOf(all, "all", "agent_sam", null, 0)).toEqual(["b", "c", "a"]);
    expect(listOf(all, "waiting", "agent_sam", null, 0)).toEqual(["c", "b"]);
    expect(listOf(all, "mine", "agent_sam", null, 0)).toEqual(["a"]);
    expect(listOf(all, "resolved", "agent_sam", null, 0)).toEqual(["d"]);
  });

  it("end where loading ended", () => {
    expect(listOf(all, "all", "agent_sam", { rank: 0, at: at(2), id: "c" }, 0)).toEqual(["b", "c"]);
    expect(listOf(all, "waiting", "agent_sam", { rank: 2, at: at(2), id: "c" }, 0)).toEqual(["c"]);
  });

  it("leave out what is unproven after a break", () => {
    expect(
      listOf([...all, { ...all[0], asOf: 30 } as Known], "mine", "agent_sam", null, 20),
    ).toEqual(["a"]);
    expect(listOf(all, "all", "agent_sam", null, 20)).toEqual([]);
  });

  it("count one change once", () => {
    const tally = { mine: 1, waiting: 2, all: 3, head: 10 };
    const before = conversation({ waiting_since: at(1) });
    const after = conversation({ state: "active", owner: sam, waiting_since: null });
    expect(recount(tally, before, after, "agent_sam", 11)).toEqual({
      mine: 2,
      waiting: 1,
      all: 3,
      head: 11,
    });
  });

  it("know who belongs where", () => {
    expect(inView(conversation({ state: "resolved", owner: sam }), "mine", "agent_sam")).toBe(
      false,
    );
    const asleep = conversation({ state: "snoozed", owner: sam });
    expect(inView(asleep, "mine", "agent_sam")).toBe(false);
    expect(inView(asleep, "snoozed", "agent_sam")).toBe(true);
    expect(inView(asleep, "snoozed", "agent_rui")).toBe(false);
    expect(inView(asleep, "all", "agent_rui")).toBe(true);
  });

  it("put what wakes first on top, and what wakes only by a reply at the end", () => {
    const asleep = (id: string, until: string | null): Known => ({
      conversation: conversation({ id, state: "snoozed", owner: sam, snoozed_until: until }),
      asOf: 10,
    });
    const all = [asleep("reply", null), asleep("late", at(90)), asleep("soon", at(30))];
    expect(listOf(all, "snoozed", "agent_sam", null, 0)).toEqual(["soon", "late", "reply"]);
  });
});

describe("unread", () => {
  it("counts from what our side has read, and is nothing after our own word", () => {
    const marks = { delivered_seq: 4, read_seq: 2 };
    expect(unreadOf(conversation({ head_seq: 4, agent_marks: marks }))).toBe(2);
    expect(
      unreadOf(conversation({ head_seq: 4, agent_marks: marks, preview_author: "agent" })),
    ).toBe(0);
  });
});
