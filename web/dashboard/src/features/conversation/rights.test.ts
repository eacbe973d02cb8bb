import type { Conversation, Permission } from "@chatdesk/client";
import { describe, expect, it } from "vitest";
import { rightsOf } from "./rights";

const chat = (change: Partial<Conversation>): Conversation =>
  ({ state: "active", owner: null, ringing_until: null, ...change }) as Conversation;

const maya = { id: "agent_maya", name: "Maya" };
const plain: Permission[] = ["conversation.transfer"];
const lead: Permission[] = ["conversation.transfer", "conversation.take_over"];

describe("who may hand a conversation over", () => {
  it("is its owner, anybody while nobody has it, and whoever may take over", () => {
    const may = (change: Partial<Conversation>, permissions: Permission[], me = "agent_tom") =>
      rightsOf(chat(change), me, permissions).transfer;
    expect(may({ owner: maya }, plain, "agent_maya")).toBe(true);
    expect(may({ owner: maya }, [], "agent_maya")).toBe(false);
    expect(may({ owner: maya }, plain)).toBe(false);
    expect(may({ owner: maya }, lead)).toBe(true);
    expect(may({ state: "waiting" }, plain)).toBe(true);
    const rings = {
      state: "pending_acceptance",
      ringing_until: "2026-11-20T10:00:00.000Z",
    } as const;
    expect(may(rings, plain)).toBe(false);
    expect(may(rings, lead)).toBe(true);
    expect(may({ owner: maya, state: "resolved" }, lead)).toBe(false);
  });
});

describe("who may take a conversation over", () => {
  it("goes by the permission, not by the role's name, and never for one's own", () => {
    expect(rightsOf(chat({ owner: maya }), "agent_tom", plain).takeOver).toBe(false);
    expect(rightsOf(chat({ owner: maya }), "agent_tom", lead).takeOver).toBe(true);
    expect(rightsOf(chat({ owner: maya }), "agent_maya", lead).takeOver).toBe(false);
    expect(rightsOf(chat({}), "agent_tom", lead).takeOver).toBe(false);
  });
});
