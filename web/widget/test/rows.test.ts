import { describe, expect, it } from "vitest";
import { applyEvent } from "../src/app/model.ts";
import { rowsOf } from "../src/app/rows.ts";
import { CHAT, chatWith, message } from "./story.ts";

const pending = (clientId: string) => ({
  clientId,
  payload: { text: "x" },
  createdAt: 0,
  state: "waiting" as const,
  code: null,
  detail: null,
});

describe("rowsOf", () => {
  it("groups runs, parts days and puts the unsent last", () => {
    const model = chatWith(
      message(1, "me", { created_at: "2026-05-02T12:00:00.000Z" }),
      message(2, "me", { created_at: "2026-05-03T12:00:00.000Z" }),
      message(3, "me", { created_at: "2026-05-03T12:01:00.000Z" }),
      message(4, "Maya", { created_at: "2026-05-03T12:02:00.000Z" }),
      message(5, "Maya", { created_at: "2026-05-03T12:09:00.000Z" }),
    );
    const rows = rowsOf(model, [pending("a"), pending("b")]);
    expect(rows.map((row) => row.kind)).toEqual([
      "day",
      "message",
      "day",
      "message",
      "message",
      "message",
      "message",
      "pending",
      "pending",
    ]);
    const edges = rows.flatMap((row) =>
      row.kind === "message" ? [`${row.first} ${row.last}`] : [],
    );
    expect(edges).toEqual(["true true", "true false", "false true", "true true", "true true"]);
  });

  it("keeps the key of a bubble from before its answer", () => {
    const before = rowsOf(chatWith(), [pending("client_1")]).at(-1)?.key;
    const after = rowsOf(chatWith(message(1)), []).at(-1)?.key;
    expect(after).toBe(before);
  });

  it("puts a line where it happened and parts the run there", () => {
    const claimed = applyEvent(chatWith(message(1)), {
      type: "event",
      seq: 1,
      kind: "conversation.claimed",
      conversation_id: CHAT,
      data: { owner: { name: "Maya" } },
    });
    const model = { ...claimed, messages: [message(1), message(2)] };
    const rows = rowsOf(model, []);
    expect(rows.map((row) => row.kind)).toEqual(["day", "message", "line", "message"]);
    expect(rows[1]).toMatchObject({ last: true });
    expect(rows[3]).toMatchObject({ first: true, newest: true });
  });

  it("tells the status where it changes inside a run", () => {
    const model = chatWith(message(1), message(2), message(3));
    const chat = model.chat && {
      ...model.chat,
      agent_marks: { delivered_seq: 2, read_seq: 2 },
    };
    const told = rowsOf({ ...model, chat }, []).flatMap((row) =>
      row.kind === "message" ? [row.told] : [],
    );
    expect(told).toEqual([false, true, true]);
  });
});
