import { describe, expect, it } from "vitest";
import { safeBack } from "@/lib/back";
import { conversation } from "@/live/made";
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
      known({ state: "snoozed", owner: sam }),
      known({ agent_marks: { delivered_seq: 1, read_seq: 1 } }),
    ];
    expect(needsOf(all, "agent_sam")).toBe(2);
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
