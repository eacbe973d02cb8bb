import type { AgentTarget, Conversation, Targets } from "@chatdesk/client";
import { describe, expect, it } from "vitest";
import { choicesOf } from "./targets";

const agent = (name: string, change: Partial<AgentTarget> = {}): AgentTarget => ({
  id: `agent_${name}`,
  name,
  online: true,
  status: "available",
  until: null,
  chats: 0,
  limit: 4,
  ...change,
});

const targets: Targets = {
  agents: [
    agent("Ana Lima", { chats: 3 }),
    agent("Bea", { status: "break" }),
    agent("Célia", { chats: 4 }),
    agent("Dan", { chats: 1 }),
    agent("Eva", { online: false }),
  ],
  departments: [
    { id: "department_1", name: "Sales", available: 2, waiting: 0 },
    { id: "department_2", name: "Billing", available: 0, waiting: 3 },
  ],
};

const chat = (change: Partial<Conversation> = {}): Conversation =>
  ({ owner: null, department_id: null, ...change }) as Conversation;

const names = (text: string, conversation = chat()) =>
  choicesOf(targets, conversation, text).map((choice) => choice.name);

describe("to whom a conversation can be handed", () => {
  it("shows who can take it first, the least busy on top", () => {
    expect(names("")).toEqual(["Dan", "Ana Lima", "Célia", "Bea", "Eva", "Sales", "Billing"]);
  });

  it("finds by the beginnings of words, whatever the accents", () => {
    expect(names("li")).toEqual(["Ana Lima"]);
    expect(names("celia")).toEqual(["Célia"]);
    expect(names("ana l")).toEqual(["Ana Lima"]);
    expect(names("bill")).toEqual(["Billing"]);
    expect(names("zed")).toEqual([]);
  });

  it("leaves out where it is already", () => {
    const owned = chat({ owner: { id: "agent_Dan", name: "Dan" }, department_id: "department_1" });
    expect(names("", owned)).not.toContain("Dan");
    expect(names("", owned)).toContain("Sales");
    expect(names("", chat({ department_id: "department_1" }))).not.toContain("Sales");
  });
});
