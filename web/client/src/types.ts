/** The wire contract as TypeScript types. Types only: no values, no behaviour. */

import type { Attachment } from "./file.ts";
import type { Inbox } from "./inbox.ts";

export type { Attachment, FileKind, UploadState } from "./file.ts";

import type { CannedEvents } from "./canned.ts";
import type { LabelEvents, Labels } from "./label.ts";
import type { Ask, AssignmentRule, Offer } from "./routing.ts";
import type { components } from "./schema";

type Permission = components["schemas"]["Permission"];

export type * from "./canned.ts";
export type * from "./chat.ts";
export type * from "./inbox.ts";
export type * from "./label.ts";
export type * from "./routing.ts";
export type * from "./search.ts";

export type AuthorType = "user" | "agent" | "assistant" | "system";

export interface Author {
  type: AuthorType;
  id: string | null;
  name: string;
}

/** Text of 1 to 10,000 characters. */
export interface TextContent {
  type: "text";
  text: string;
}
export type Content = TextContent;

export type MessageStatus = "sent" | "delivered" | "read";

export interface Message {
  id: string;
  conversation_id: string;
  /** Public messages count 1, 2, 3 …; a note carries the number of the public message it follows. */
  seq: number;
  client_id: string | null;
  author: Author;
  content: Content;
  /** Left out by what was kept before there were files. */
  attachments?: readonly Attachment[];
  note: boolean;
  reply_to: string | null;
  status: MessageStatus;
  /** RFC 3339 UTC with milliseconds. */
  created_at: string;
}

export interface Marks {
  delivered_seq: number;
  read_seq: number;
}

export type ConversationState =
  | "bot"
  | "pending_acceptance"
  | "waiting"
  | "active"
  | "pending"
  | "snoozed"
  | "resolved"
  | "archived";

export interface NamedRef {
  id: string;
  name: string;
}

export interface Conversation extends Labels {
  id: string;
  number: number;
  inbox: NamedRef;
  contact: NamedRef;
  state: ConversationState;
  owner: NamedRef | null;
  /** Null: every agent reads it. */
  department_id: string | null;
  epoch: number;
  head_seq: number;
  preview: string;
  preview_author: AuthorType | null;
  created_at: string;
  last_message_at: string;
  waiting_since: string | null;
  resolved_at: string | null;
  /** Until when it rings; null when it does not. */
  ringing_until: string | null;
  /** When it stopped ringing with nobody taking it; null once somebody has it. */
  missed_at: string | null;
  /** Until when it sleeps; null when it does not, and when it sleeps until the customer writes. */
  snoozed_until: string | null;
  /** What the customer's side has received and seen of the agents' messages. */
  contact_marks: Marks;
  /** What the agents' side has received and seen of the customer's messages. */
  agent_marks: Marks;
  locale: string | null;
  page: string | null;
}

export type { Permission };

/** One of the two built-in roles, or a custom role's id. */
export type Role = "administrator" | "agent" | `role_${string}`;

/** Only `available` is offered or assigned work. */
export type AgentStatus = "available" | "break" | "training" | "floor_support" | "not_available";

export interface StatusNow {
  status: AgentStatus;
  until: string | null;
  reason: string | null;
  /** Null when it came by itself. */
  set_by: NamedRef | null;
  since: string;
}

export interface Stretch {
  /** 1 (Monday) to 7. */
  day: number;
  from: string;
  to: string;
}

export interface Hours {
  timezone: string;
  week: Stretch[];
}

export interface Department {
  id: string;
  name: string;
  hours: Hours | null;
  fallback_id: string | null;
  archived: boolean;
  members: string[];
  created_at: string;
}

export interface CustomRole {
  id: Role;
  name: string;
  permissions: Permission[];
  created_at: string;
}

export interface Roles {
  items: CustomRole[];
  administrator: Permission[];
  agent: Permission[];
}

export interface Agent {
  id: string;
  name: string;
  email: string;
  role: Role;
  active: boolean;
  online: boolean;
  created_at: string;
  /** The name customers see; null: the same. */
  display_name: string | null;
  signature: string;
  languages: string[];
  chat_limit: number;
  status: StatusNow;
  /** Only lists say it. */
  seen_at: string | null;
}

export interface Session {
  agent: Agent;
  permissions: Permission[];
  departments: string[];
  company: string;
  public_url: string;
  expires_at: string;
}

export interface Invite {
  id: string;
  role: Role;
  created_at: string;
  expires_at: string;
}

/** How mailing stands; without a server nothing is mailed. */
export interface MailState {
  server: string | null;
  from: string | null;
  outbox: MailOutbox;
}

export interface MailOutbox {
  waiting: number;
  dead: number;
  last_sent_at: string | null;
  next_try_at: string | null;
  last_error: string | null;
}

/** A letter that was given up. */
export interface DeadMail {
  id: string;
  purpose: "invitation" | "transcript";
  recipient: string;
  attempts: number;
  reason: string;
  created_at: string;
  died_at: string;
}

/** The answer to making an invite: the only time its address is shown. */
export interface NewInvite extends Invite {
  url: string;
}

export type DraftMode = "reply" | "note";

export interface Draft {
  conversation_id: string;
  mode: DraftMode;
  text: string;
  updated_at: string;
}

/** `application/problem+json`. `code` is stable; `title` and `detail` are for people. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  errors?: { field: string; message: string }[];
  owner?: NamedRef;
  epoch?: number;
  /** With `target_not_available`; null for a department. */
  agent_status?: AgentStatus | null;
  holders?: number;
  /** Bytes, with `file_too_large`. */
  limit?: number;
  /** Bytes that are there, with `wrong_offset`. */
  offset?: number;
  /** Seconds. */
  retry_after?: number;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export type ViewName =
  | "mine"
  | "waiting"
  | "all"
  | "resolved"
  | "ringing"
  | "active"
  | "missed"
  | "snoozed";

export interface ConversationPage extends Page<Conversation> {
  /** The event number this list is a snapshot of. */
  head: number;
}

export interface Counts {
  mine: number;
  waiting: number;
  all: number;
  head: number;
}

export interface ConversationAnswer {
  conversation: Conversation;
  head: number;
}

export interface MessagePage {
  /** Oldest first. */
  messages: Message[];
  head_seq: number;
  /** `before` of the page above; null at the beginning, and where it was read forwards. */
  older: string | null;
  /** `after` of the page below; null at the end, and where it was read backwards. */
  newer: string | null;
  head: number;
}

/** What happened to a conversation, newest first. */
export interface TrailPage {
  events: EventFrame[];
  /** `before` of the next page. */
  next: number | null;
  head: number;
}

/** A person on the customer's side. */
export interface Contact {
  id: string;
  number: number;
  /** Their name, or a number that says nothing about them. */
  name: string;
  named: boolean;
  email: string | null;
  phone: string | null;
  /** BCP 47. */
  locale: string | null;
  /** The company's own site vouched for who this is. */
  verified: boolean;
  created_at: string;
}

export interface ContactNote {
  id: string;
  author: NamedRef;
  text: string;
  created_at: string;
}

export interface ContactProfile {
  contact: Contact;
  identities: { inbox: NamedRef; channel: string; expires_at: string }[];
  /** Newest first. */
  notes: ContactNote[];
  head: number;
}

export interface MessageAnswer {
  message: Message;
}

export interface SetupNeeded {
  needed: boolean;
}

export interface SetupAnswer {
  session: Session;
  inbox: { id: string; key: string };
}

/* ---------- events, as agents receive them ---------- */

export interface EventActor {
  type: string;
  id: string | null;
  name: string;
}

/** What the conversation looks like after a change of owner or state. */
export interface OwnershipData {
  state: ConversationState;
  owner: NamedRef | null;
  department_id?: string | null;
  epoch: number;
  /** All of it, when somebody may read it now who could not before. */
  conversation?: Conversation | null;
  /** Null when nothing is said. */
  ringing_until?: string | null;
  missed_at?: string | null;
  snoozed_until?: string | null;
  /** Why it was taken over. */
  reason?: string;
  /** Its owner was asked for it, and neither answered nor wrote. */
  unanswered?: boolean;
}

/** Each kind's data. A kind only ever gains fields. */
export interface EventDataByKind extends LabelEvents, CannedEvents {
  "conversation.created": { conversation: Conversation };
  "message.created": { message: Message };
  "conversation.claimed": OwnershipData;
  "conversation.released": OwnershipData & { waiting_since: string | null };
  "conversation.transferred": OwnershipData & { waiting_since: string | null };
  "conversation.hidden": Record<string, never>;
  "conversation.resolved": OwnershipData & { resolved_at: string };
  "conversation.reopened": OwnershipData & { waiting_since: string | null };
  "conversation.snoozed": OwnershipData;
  "conversation.woke": OwnershipData;
  "conversation.rang": OwnershipData & { waiting_since: string | null };
  "conversation.missed": OwnershipData & { waiting_since: string | null };
  "conversation.asked": { ask: Ask };
  "conversation.kept": {
    id: string;
    agent: NamedRef;
    owner: NamedRef;
    why: "refused" | "busy" | "withdrawn";
  };
  "conversation.offered": { offer: Offer };
  "offer.passed": { round: number };
  "offer.withdrawn": { round: number };
  "follow_up.created": { id: string; reason: string };
  "follow_up.done": { id: string };
  "assignment.updated": { rule?: AssignmentRule; return_after_minutes?: number };
  "conversation.marked": { contact_marks: Marks; agent_marks: Marks };
  "survey.asked": { agent: NamedRef };
  "survey.answered": { stars: number; comment: string };
  "survey.skipped": Record<string, never>;
  "draft.saved": { mode: DraftMode; text: string; updated_at: string };
  "draft.deleted": { mode: DraftMode };
  "agent.joined": { agent: Agent };
  "agent.updated": { agent: Agent };
  "agent.status_changed": { agent_id: string; status: StatusNow };
  "department.created": { department: Department };
  "department.updated": { department: Department };
  "role.created": { role: CustomRole };
  "role.updated": { role: CustomRole };
  "role.deleted": { id: Role };
  "inbox.created": { inbox: Inbox };
  "inbox.updated": { inbox: Inbox };
  "inbox.seen": { inbox_id: string; host: string; at: string };
  "invite.created": { id: string; role: Role };
  "invite.deleted": { id: string; role: Role };
  "invite.accepted": { id: string; role: Role };
  "mail.died": { id: string };
  "mail.replayed": { id: string };
  "mail.discarded": { id: string };
  "contact.created": { contact: NamedRef };
  "contact.updated": { contact: Contact };
  "contact.noted": { contact_id: string; note: ContactNote };
  "contact.note_deleted": { contact_id: string; note_id: string };
}
export type EventKind = keyof EventDataByKind;

type ConversationKind = Extract<
  EventKind,
  | `conversation.${string}`
  | `message.${string}`
  | `draft.${string}`
  | `offer.${string}`
  | `follow_up.${string}`
  | `survey.${string}`
>;

interface EventOf<K extends EventKind> {
  type: "event";
  /** The deployment's event number. */
  seq: number;
  at: string;
  kind: K;
  conversation_id: K extends ConversationKind ? string : string | null;
  actor: EventActor;
  data: EventDataByKind[K];
}

/** One event on the agents' socket or from `GET /api/v1/events`; `kind` tells which `data`. */
export type EventFrame = { [K in EventKind]: EventOf<K> }[EventKind];

export interface EventPage {
  events: EventFrame[];
  head: number;
}

export type AgentServerFrame =
  | { type: "ready"; head: number }
  | EventFrame
  | {
      type: "typing";
      conversation_id: string;
      author: { type: AuthorType; id: string | null; name: string };
    }
  | { type: "viewing"; conversation_id: string; agents: NamedRef[] }
  | { type: "presence"; agent_id: string; online: boolean }
  | { type: "contact_presence"; conversation_id: string; online: boolean }
  | { type: "pong" }
  | { type: "heartbeat"; head: number }
  | { type: "snapshot_required" };

export type AgentClientFrame =
  | { type: "hello"; after: number | null }
  | { type: "typing"; conversation_id: string }
  | { type: "viewing"; conversation_id: string | null }
  | { type: "ping" };

/* ---------- the customer's side ---------- */
