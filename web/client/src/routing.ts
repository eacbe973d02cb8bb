/** Who gets which conversation, and the floor at a glance, as TypeScript types. */
import type { AgentStatus, NamedRef } from "./types.ts";

/** A conversation that rings for an agent. */
export interface Offer {
  conversation_id: string;
  number: number;
  /** The conversation's epoch while it rings: accept with it. */
  round: number;
  deadline: string;
  contact: NamedRef;
  inbox: NamedRef;
  page: string | null;
  locale: string | null;
  preview: string;
  waiting_since: string;
}

export interface Offers {
  items: Offer[];
  /** The server's time, by which deadlines are to be read. */
  now: string;
  head: number;
}

export type AssignmentMode = "manual" | "automatic" | "ring";

export interface AssignmentRule {
  /** Id of the inbox or the department. */
  scope: string;
  mode: AssignmentMode;
  chat_limit: number;
}

export interface Assignment {
  items: AssignmentRule[];
  return_after_minutes: number;
}

export interface FollowUp {
  id: string;
  conversation_id: string;
  number: number;
  contact: NamedRef;
  inbox: NamedRef;
  preview: string;
  reason: string;
  created_at: string;
}

/** A colleague to whom a conversation can be handed. */
export interface AgentTarget {
  id: string;
  name: string;
  online: boolean;
  status: AgentStatus;
  until: string | null;
  chats: number;
  limit: number;
}

export interface DepartmentTarget {
  id: string;
  name: string;
  available: number;
  waiting: number;
}

export interface Targets {
  agents: AgentTarget[];
  departments: DepartmentTarget[];
}

/** One agent asks another for a conversation. */
export interface Ask {
  id: string;
  conversation_id: string;
  number: number;
  contact: NamedRef;
  /** Who asks. */
  agent: NamedRef;
  /** Who is asked. */
  owner: NamedRef;
  /** With another epoch of the conversation the question is over. */
  epoch: number;
  asked_at: string;
  deadline: string;
}

export interface Asks {
  items: Ask[];
  /** The server's time, by which deadlines are to be read. */
  now: string;
  head: number;
}

/** How one agent is doing. */
export interface AgentLoad {
  id: string;
  name: string;
  online: boolean;
  status: AgentStatus;
  status_since: string;
  chats: number;
  limit: number;
  handling_since: string | null;
  unanswered_since: string | null;
}

/** The floor now. */
export interface Monitoring {
  waiting: number;
  waiting_since: string | null;
  ringing: number;
  active: number;
  free_places: number;
  missed: number;
  agents: AgentLoad[];
  now: string;
  head: number;
}

/** The day in numbers, for one agent. */
export interface Home {
  mine: number;
  waiting: number;
  waiting_since: string | null;
  active: number;
  missed: number;
  resolved: number;
  head: number;
}
