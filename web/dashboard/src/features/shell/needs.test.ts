import { describe, expect, it } from "vitest";
import { rings } from "@/features/sound/ring";
import { safeBack } from "@/lib/back";
import { conversation, event, message } from "@/live/made";
import { needsOf } from "./needs";

const known = (change = {}) => ({ conversation: conversation(change), asOf: 1 });
const sam = { id: "agent_sam", name: "Sam" };

describe("what needs me", () => {
  it("is unread and mine, or unread and nobody's", () => {
    const all = [
      known(),
      known({ state: "active", owner: sam }),
      known({ state: "active", owner: { id: "agent_rui", name: "Rui" } }),
      known({ state: "resolved", owner: sam }),
      known({ agent_marks: { delivered_seq: 1, read_seq: 1 } }),
    ];
    expect(needsOf(all, "agent_sam")).toBe(2);
  });
});

describe("the tone", () => {
  const around = (change = {}) => ({
    me: "agent_sam",
    watching: null,
    caughtUpTo: 0,
    conversation: () => conversation(),
    ...change,
  });
  const said = event(9, "message.created", { message: message(2) });

  it("rings for a customer whom nobody, or I, have", () => {
    expect(rings(said, around())).toBe(true);
    const mine = conversation({ owner: sam });
    expect(rings(said, around({ conversation: () => mine }))).toBe(true);
    const ruis = conversation({ owner: { id: "agent_rui", name: "Rui" } });
    expect(rings(said, around({ conversation: () => ruis }))).toBe(false);
  });

  it("stays silent for what is on screen, for the past, and for our own words", () => {
    expect(rings(said, around({ watching: "conversation_1" }))).toBe(false);
    expect(rings(said, around({ caughtUpTo: 9 }))).toBe(false);
    const reply = message(3, { author: { type: "agent", ...sam } });
    expect(rings(event(10, "message.created", { message: reply }), around())).toBe(false);
    const note = message(3, { note: true });
    expect(rings(event(10, "message.created", { message: note }), around())).toBe(false);
  });
});

describe("the way back after signing in", () => {
  it("stays on our own pages", () => {
    expect(safeBack("/inbox/conversation_1?view=all")).toBe("/inbox/conversation_1?view=all");
    for (const elsewhere of [
      "//evil.test",
      "https://evil.test",
      "/\\evil.test",
      "javascript:1",
      undefined,
    ]) {
      expect(safeBack(elsewhere)).toBe("/inbox");
    }
    expect(safeBack("/sign-in?back=/sign-in")).toBe("/inbox");
  });
});
