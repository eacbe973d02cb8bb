/** To whom a conversation can be handed: one list to choose from, narrowed by what is typed. Pure. */
import type { AgentTarget, Conversation, DepartmentTarget, Targets } from "@chatdesk/client";
import type { HandTo } from "./api";

export type Choice =
  | { readonly kind: "agent"; readonly id: string; readonly name: string; readonly it: AgentTarget }
  | {
      readonly kind: "department";
      readonly id: string;
      readonly name: string;
      readonly it: DepartmentTarget;
    };

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Every word of `text` begins a word of the name, whatever the accents. */
function fits(name: string, text: string): boolean {
  const words = plain(name).split(/[\s-]+/);
  return plain(text)
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)));
}

/** 0 who can take it now, 1 who is available and full, 2 everybody else. */
function rank(agent: AgentTarget): number {
  if (agent.status !== "available" || !agent.online) return 2;
  return agent.chats >= agent.limit ? 1 : 0;
}

/** People who can take it come first, the least busy of them on top; then departments. Never where it is already. */
export function choicesOf(targets: Targets, conversation: Conversation, text: string): Choice[] {
  const agents = targets.agents
    .filter((it) => it.id !== conversation.owner?.id && fits(it.name, text))
    .map((it, index) => ({ it, index }))
    .sort(
      (a, b) =>
        rank(a.it) - rank(b.it) ||
        (rank(a.it) === 0 ? a.it.chats - b.it.chats : 0) ||
        a.index - b.index,
    );
  const isThere = (it: DepartmentTarget) =>
    it.id === conversation.department_id && conversation.owner === null;
  const departments = targets.departments.filter((it) => !isThere(it) && fits(it.name, text));
  return [
    ...agents.map(({ it }): Choice => ({ kind: "agent", id: it.id, name: it.name, it })),
    ...departments.map((it): Choice => ({ kind: "department", id: it.id, name: it.name, it })),
  ];
}

export const handTo = ({ kind, id }: Choice): HandTo =>
  kind === "agent" ? { agent_id: id } : { department_id: id };
