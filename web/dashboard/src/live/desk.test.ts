import { beforeEach, describe, expect, it, vi } from "vitest";
import { Desk, type Needs } from "./desk";
import { at, conversation, event, message } from "./made";

const sam = { id: "agent_sam", name: "Sam" };
const claimed = (seq: number) =>
  event(seq, "conversation.claimed", { state: "active", owner: sam, epoch: 2 });
const said = (seq: number, number: number) =>
  event(seq, "message.created", { message: message(number) });

let desk: Desk;
let needs: { [K in keyof Needs]: ReturnType<typeof vi.fn<Needs[K]>> };

beforeEach(() => {
  desk = new Desk();
  needs = {
    conversation: vi.fn<Needs["conversation"]>(),
    counts: vi.fn<Needs["counts"]>(),
    gap: vi.fn<Needs["gap"]>(),
    rewind: vi.fn<Needs["rewind"]>(),
    resync: vi.fn<Needs["resync"]>(),
    forgotten: vi.fn<Needs["forgotten"]>(),
  };
  desk.needs = needs;
  desk.session = {
    agent: {
      ...sam,
      email: "",
      role: "agent",
      active: true,
      online: true,
      created_at: at(0),
      display_name: null,
      signature: "",
      languages: [],
      chat_limit: 4,
      status: { status: "available", until: null, reason: null, set_by: null, since: at(0) },
      seen_at: null,
    },
    permissions: [],
    departments: [],
    company: "Acme",
    public_url: "",
    expires_at: at(0),
  };
  desk.begin(10);
});

const shown = () => desk.conversations.get("conversation_1")?.conversation;

describe("a snapshot and the events after it", () => {
  it("meet in either order", () => {
    desk.takeConversations([conversation()], 12);
    desk.apply(claimed(13));
    const after = shown();
    const other = new Desk();
    other.begin(10);
    other.apply(claimed(13));
    other.takeConversations([conversation()], 12);
    expect(other.conversations.get("conversation_1")?.conversation).toEqual(after);
  });

  it("do not apply what the snapshot already holds", () => {
    desk.takeConversations([conversation({ state: "resolved", epoch: 3 })], 20);
    desk.apply(claimed(15));
    expect(shown()?.state).toBe("resolved");
  });

  it("give the same messages whichever came first", () => {
    desk.takeConversations([conversation({ head_seq: 2 })], 12);
    desk.apply(said(13, 3));
    desk.takeMessages(
      "conversation_1",
      { messages: [message(1), message(2)], head_seq: 2, head: 12, older: null, newer: null },
      "latest",
    );
    expect(desk.threads.get("conversation_1")?.messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });
});

describe("what is missing", () => {
  it("is asked for: an unknown conversation, once", () => {
    desk.apply(said(11, 1));
    desk.apply(said(12, 2));
    expect(needs.conversation.mock.calls).toEqual([["conversation_1"]]);
  });

  it("is asked for: messages between", () => {
    desk.takeConversations([conversation({ head_seq: 1 })], 10);
    desk.takeMessages(
      "conversation_1",
      { messages: [message(1)], head_seq: 1, head: 10, older: null, newer: null },
      "latest",
    );
    desk.apply(said(14, 4));
    expect(needs.gap.mock.calls).toEqual([["conversation_1", 1]]);
  });

  it("is asked for: events before the first one held, when a snapshot is older", () => {
    desk.takeConversations([conversation()], 8);
    expect(needs.rewind).toHaveBeenCalledOnce();
    expect(desk.head).toBe(8);
  });

  it("is not patched over: after a break only fresh snapshots count", () => {
    desk.takeConversations([conversation()], 12);
    desk.restart(500);
    desk.apply(claimed(501));
    expect(shown()?.state).toBe("waiting");
    expect(needs.conversation).toHaveBeenCalledWith("conversation_1");
    desk.takeConversations([conversation()], 500);
    expect(shown()?.owner).toEqual(sam);
  });

  it("makes lists be fetched afresh when too much is unknown", () => {
    for (let n = 0; n < 70; n += 1) {
      const id = `conversation_x${n}`;
      desk.apply(event(20 + n, "message.created", { message: message(1) }, id));
    }
    expect(needs.resync).toHaveBeenCalled();
  });
});

describe("counts", () => {
  it("follow a known conversation's change", () => {
    desk.takeConversations([conversation()], 10);
    desk.takeCounts({ mine: 0, waiting: 1, all: 1, head: 10 });
    desk.apply(claimed(11));
    expect(desk.counts).toEqual({ mine: 1, waiting: 0, all: 1, head: 11 });
    desk.apply(claimed(11));
    expect(desk.counts).toEqual({ mine: 1, waiting: 0, all: 1, head: 11 });
    expect(needs.counts).not.toHaveBeenCalled();
  });

  it("count a new conversation", () => {
    desk.takeCounts({ mine: 0, waiting: 0, all: 0, head: 10 });
    desk.apply(event(11, "conversation.created", { conversation: conversation() }));
    expect(desk.counts).toMatchObject({ waiting: 1, all: 1 });
  });

  it("are fetched when the state before is not known", () => {
    desk.takeCounts({ mine: 0, waiting: 5, all: 5, head: 10 });
    desk.apply(claimed(11));
    expect(needs.counts).toHaveBeenCalledOnce();
  });

  it("already hold what is before their head", () => {
    desk.takeConversations([conversation()], 10);
    desk.takeCounts({ mine: 1, waiting: 0, all: 1, head: 11 });
    desk.apply(claimed(11));
    expect(desk.counts).toMatchObject({ mine: 1, waiting: 0 });
  });
});

describe("threads", () => {
  const visit = (id: string) =>
    desk.takeMessages(
      id,
      { messages: [message(1)], head_seq: 1, head: 10, older: null, newer: null },
      "latest",
    );

  it("are let go when many have been visited, but never the open one", () => {
    visit("first");
    desk.open = "first";
    for (let n = 0; n < 100; n += 1) visit(`later_${n}`);
    expect(desk.threads.size).toBe(80);
    expect(desk.threads.has("first")).toBe(true);
    expect(needs.forgotten).toHaveBeenCalledTimes(21);
    expect(needs.forgotten).toHaveBeenNthCalledWith(1, "later_0");
  });
});

describe("typing", () => {
  it("ends after six seconds, or with the message", () => {
    const lena = { id: "contact_1", name: "Lena", user: true };
    desk.setTyping("conversation_1", lena, 1_000);
    expect(desk.expireTyping(6_000)).toBe(7_000);
    expect(desk.expireTyping(7_000)).toBeNull();
    expect(desk.typing.size).toBe(0);
    desk.setTyping("conversation_1", lena, 8_000);
    desk.takeConversations([conversation()], 10);
    desk.apply(said(11, 2));
    expect(desk.typing.size).toBe(0);
  });
});
