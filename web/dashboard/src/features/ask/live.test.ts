import type { Ask, EventFrame } from "@chatdesk/client";
import { describe, expect, it } from "vitest";
import { applyEvent, expire, secondsLeft, takeAsks, toAnswer } from "./live";

const ask: Ask = {
  id: "ask_1",
  conversation_id: "conversation_1",
  number: 7,
  contact: { id: "contact_1", name: "Lena" },
  agent: { id: "agent_tom", name: "Tom" },
  owner: { id: "agent_maya", name: "Maya" },
  epoch: 3,
  asked_at: "2026-11-20T10:00:00.000Z",
  deadline: "2026-11-20T10:01:00.000Z",
};

const frame = (kind: string, data: object, conversation_id = "conversation_1"): EventFrame =>
  ({ type: "event", seq: 1, at: "", kind, conversation_id, actor: {}, data }) as never;

describe("a question for a conversation", () => {
  it("stands from the event on, for the one who is asked", () => {
    const asks = applyEvent(new Map(), frame("conversation.asked", { ask }));
    expect(toAnswer(asks, "agent_maya")).toEqual([ask]);
    expect(toAnswer(asks, "agent_tom")).toEqual([]);
  });

  it("ends with the answer to it, and with no other", () => {
    const asks = takeAsks([ask]);
    expect(applyEvent(asks, frame("conversation.kept", { id: "ask_0" })).size).toBe(1);
    expect(applyEvent(asks, frame("conversation.kept", { id: "ask_1" })).size).toBe(0);
  });

  it("ends when the conversation changes hands or is out of sight", () => {
    const asks = takeAsks([ask]);
    expect(applyEvent(asks, frame("conversation.transferred", { epoch: 4 })).size).toBe(0);
    expect(applyEvent(asks, frame("conversation.claimed", { epoch: 3 })).size).toBe(1);
    expect(applyEvent(asks, frame("conversation.hidden", {})).size).toBe(0);
    expect(applyEvent(asks, frame("conversation.resolved", { epoch: 9 }, "conversation_2"))).toBe(
      asks,
    );
  });

  it("counts by the server's clock and waits a moment for its word", () => {
    const at = Date.parse(ask.deadline);
    expect(secondsLeft(ask, at - 41_500)).toBe(42);
    expect(secondsLeft(ask, at + 1)).toBe(0);
    expect(expire(takeAsks([ask]), at + 4_999).size).toBe(1);
    expect(expire(takeAsks([ask]), at + 5_000).size).toBe(0);
  });
});
