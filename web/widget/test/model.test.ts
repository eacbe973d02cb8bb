import type { CustomerEventFrame } from "@chatdesk/client/types";
import { describe, expect, it } from "vitest";
import {
  addMessages,
  addOlder,
  applyEvent,
  applyState,
  begin,
  empty,
  endedByVisitor,
  hasGap,
  MOST_MESSAGES,
  markRead,
  reached,
  replaceMessages,
  statusOf,
  unread,
} from "../src/app/model.ts";
import { CHAT, chatWith, INBOX, message, state } from "./story.ts";

const event = (kind: string, data: object, seq = 1) =>
  ({ type: "event", seq, kind, conversation_id: CHAT, data }) as unknown as CustomerEventFrame;
const seqs = (model: { messages: readonly { seq: number }[] }) => model.messages.map((m) => m.seq);

describe("messages", () => {
  it("are held once and by number, however they come", () => {
    let model = chatWith(message(2), message(1));
    model = addMessages(model, [message(3, "Maya"), message(2)]);
    model = applyEvent(model, event("message.created", { message: message(3, "Maya") }));
    expect(seqs(model)).toEqual([1, 2, 3]);
  });

  it("change nothing when nothing is new", () => {
    const model = chatWith(message(1));
    expect(addMessages(model, [message(1)])).toBe(model);
  });

  it("never show a note", () => {
    expect(seqs(chatWith(message(1), message(1, "Maya", { note: true, id: "n" })))).toEqual([1]);
    expect(
      addMessages(chatWith(message(1)), [message(2, "Maya", { note: true })]).messages,
    ).toHaveLength(1);
  });

  it("of another conversation are not ours", () => {
    const model = chatWith(message(1));
    const other = { ...event("message.created", { message: message(2) }), conversation_id: "x" };
    expect(applyEvent(model, other as CustomerEventFrame)).toBe(model);
  });

  it("resume below a gap", () => {
    const model = addMessages(chatWith(message(1), message(2)), [message(5, "Maya")]);
    expect(reached(model)).toBe(2);
    expect(hasGap(model)).toBe(true);
    expect(reached(addMessages(model, [message(3), message(4)]))).toBe(5);
  });

  it("a page that starts late is no gap, and says that older ones exist", () => {
    const model = replaceMessages(chatWith(), [message(51), message(52)]);
    expect(reached(model)).toBe(52);
    expect(hasGap(model)).toBe(false);
    expect(model.older).toBe(true);
    const full = addOlder(model, [message(49), message(50)]);
    expect(seqs(full)).toEqual([49, 50, 51, 52]);
    expect(addOlder(full, []).older).toBe(false);
  });

  it("a heartbeat's higher head is a gap", () => {
    const model = chatWith(message(1));
    expect(hasGap(model, 1)).toBe(false);
    expect(hasGap(model, 2)).toBe(true);
  });

  it("are bounded, and the dropped ones can be loaded again", () => {
    const many = Array.from({ length: MOST_MESSAGES + 10 }, (_, i) => message(i + 1));
    const model = addMessages(chatWith(), many);
    expect(model.messages).toHaveLength(MOST_MESSAGES);
    expect(model.messages[0]?.seq).toBe(11);
    expect(model.older).toBe(true);
    expect(reached(model)).toBe(MOST_MESSAGES + 10);
  });
});

describe("status", () => {
  it("follows the agents' marks and never moves back", () => {
    let model = chatWith(message(1), message(2), message(3));
    const read = () => model.messages.map((m) => statusOf(m, model.chat));
    expect(read()).toEqual(["sent", "sent", "sent"]);
    const marks = (delivered_seq: number, read_seq: number) =>
      event("conversation.marked", {
        contact_marks: { delivered_seq: 0, read_seq: 0 },
        agent_marks: { delivered_seq, read_seq },
      });
    model = applyEvent(model, marks(2, 1));
    expect(read()).toEqual(["read", "delivered", "sent"]);
    model = applyEvent(model, marks(1, 0));
    expect(read()).toEqual(["read", "delivered", "sent"]);
    model = applyState(model, state({ head_seq: 3 }));
    expect(read()).toEqual(["read", "delivered", "sent"]);
  });
});

describe("unread", () => {
  it("counts the agents' messages above the read mark", () => {
    let model = chatWith(message(1), message(2, "Maya"), message(3, "Maya"));
    expect(unread(model)).toBe(2);
    model = markRead(model, 2);
    expect(unread(model)).toBe(1);
    expect(markRead(model, 1)).toBe(model);
    expect(unread(markRead(model, 3))).toBe(0);
  });
});

describe("lines", () => {
  const said = (model: {
    lines: readonly { kind: string; name: string | null; after: number }[];
  }) => model.lines.map(({ kind, name, after }) => `${kind} ${name} ${after}`);

  it("say who joined, once", () => {
    let model = chatWith(message(1));
    model = applyEvent(model, event("conversation.claimed", { owner: { name: "Maya" } }));
    model = applyState(model, state({ state: "active", owner: { name: "Maya" }, head_seq: 1 }));
    expect(said(model)).toEqual(["joined Maya 1"]);
    model = applyEvent(model, event("conversation.transferred", { owner: { name: "Sam" } }));
    expect(said(model)).toEqual(["joined Maya 1", "joined Sam 1"]);
    expect(model.chat?.owner).toEqual({ name: "Sam" });
  });

  it("do not repeat what the transcript shows already", () => {
    const held = chatWith(message(1), message(2, "Maya"));
    const model = applyState(
      { ...held, chat: null },
      state({ owner: { name: "Maya" }, head_seq: 2 }),
    );
    expect(said(model)).toEqual([]);
  });

  it("say who solved it, when that was seen", () => {
    let model = chatWith(message(1));
    model = applyEvent(model, event("conversation.claimed", { owner: { name: "Maya" } }));
    model = applyEvent(model, event("conversation.resolved", {}));
    expect(said(model)).toEqual(["joined Maya 1", "solved Maya 1"]);
    const found = applyState(
      empty,
      state({ state: "resolved", owner: { name: "Maya" }, head_seq: 4 }),
    );
    expect(said(found)).toEqual(["solved null 4"]);
  });

  it.each(["answer first", "event first"])("know who ended it: %s", (order) => {
    let model = chatWith(message(1));
    const resolved = event("conversation.resolved", {});
    if (order === "event first") model = endedByVisitor(applyEvent(model, resolved));
    else model = applyEvent(endedByVisitor(model), resolved);
    expect(said(model)).toEqual(["ended null 1"]);
    expect(model.chat?.state).toBe("resolved");
  });

  it("a chat can be solved, written into again, and solved again", () => {
    let model = chatWith(message(1));
    model = applyEvent(model, event("conversation.resolved", {}));
    model = applyEvent(model, event("conversation.reopened", { state: "waiting" }));
    model = addMessages(model, [message(2)]);
    model = applyEvent(model, event("conversation.resolved", {}, 2));
    expect(said(model)).toEqual(["solved null 1", "solved null 2"]);
  });

  it("a released chat waits again", () => {
    let model = chatWith(message(1));
    model = applyEvent(model, event("conversation.claimed", { owner: { name: "Maya" } }));
    model = applyEvent(model, event("conversation.released", {}));
    expect(model.chat).toMatchObject({ state: "waiting", owner: null });
  });
});

describe("the survey", () => {
  it("is there from the asking to the answer, and not while the chat goes on", () => {
    const told = (...kinds: (CustomerEventFrame["kind"] | "reopened")[]) => {
      let model = applyEvent(chatWith(message(1)), event("conversation.resolved", {}));
      for (const kind of kinds) {
        model =
          kind === "reopened"
            ? applyEvent(model, event("conversation.reopened", { state: "waiting" }))
            : applyEvent(model, event(kind, {}));
      }
      return model.chat?.survey;
    };
    expect(told()).toBe(false);
    expect(told("survey.asked")).toBe(true);
    expect(told("survey.asked", "survey.answered")).toBe(false);
    expect(told("survey.asked", "survey.skipped")).toBe(false);
    expect(told("survey.asked", "reopened")).toBe(false);
  });
});

describe("begin", () => {
  it("opens the conversation with the first answer", () => {
    const model = begin({ ...empty, inbox: INBOX }, message(1));
    expect(model.chat).toMatchObject({ id: CHAT, state: "waiting", head_seq: 1 });
    expect(begin(model, message(2))).toBe(model);
  });

  it("another conversation replaces the old one's transcript", () => {
    const model = begin(
      chatWith(message(1)),
      message(1, "me", { conversation_id: "conversation_2" }),
    );
    expect(model.messages).toEqual([]);
    expect(model.inbox).toBe(INBOX);
  });
});
