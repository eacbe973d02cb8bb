/** What passes between a customer and the server, as TypeScript types. */
import type { Look, Widget, WidgetMenuItem } from "./inbox.ts";
import type { AuthorType, Content, ConversationState, Marks, Message } from "./types.ts";

/** A customer sees an owner's name and nothing else. */
export type CustomerOwner = { name: string } | null;

export interface ChatState {
  id: string;
  state: ConversationState;
  head_seq: number;
  contact_marks: Marks;
  agent_marks: Marks;
  owner: CustomerOwner;
  /** The customer is asked how it was. */
  survey: boolean;
}

export interface ChatInbox {
  id: string;
  key: string;
  name: string;
  greeting: string;
  menu: WidgetMenuItem[];
  look: Look;
  /** Whether copies of conversations can be mailed. */
  mail: boolean;
  /** Bytes; 0 for no files at all. */
  file_limit: number;
  widget: Widget;
  /** The median of recent first replies; null where it cannot be told. */
  reply_seconds: number | null;
  now: string;
}

export interface InitializeBody {
  /** The inbox's public key, `pk_…`. */
  inbox: string;
  token?: string;
  locale?: string;
  page?: string;
  identity?: ChatIdentity;
}

/** Who the site says a visitor is: `token`, or `id`, `exp` and `hash`, is proof. */
export interface ChatIdentity {
  token?: string;
  id?: string;
  /** Unix seconds. */
  exp?: number;
  hash?: string;
  name?: string;
}

export interface ChatIdentified {
  state: "verified" | "claimed" | "refused";
  reason?: string;
}

export interface InitializeAnswer {
  /** Null when the caller came with the cookie. */
  token: string | null;
  inbox: ChatInbox;
  conversation: ChatState | null;
  agent: { name: string } | null;
  identity?: ChatIdentified | null;
}

export interface ChatMessageBody {
  inbox: string;
  /** Null opens the contact's conversation, or goes to the one still open. */
  conversation_id: string | null;
  client_id: string;
  content: Content;
  attachments?: readonly string[];
  reply_to?: string;
}

export interface ChatHistory {
  /** Oldest first, at most 200. */
  messages: Message[];
  head_seq: number;
}

/** One of the visitor's chats, as a list shows it. */
export interface ChatSummary extends ChatState {
  preview: string;
  last_message_at: string;
}

export interface CustomerEventDataByKind {
  "message.created": { message: Message };
  "conversation.claimed": { owner: { name: string } };
  "conversation.released": Record<string, unknown>;
  "conversation.transferred": { owner: CustomerOwner };
  "conversation.resolved": Record<string, unknown>;
  "conversation.reopened": { state: ConversationState };
  "conversation.marked": { contact_marks: Marks; agent_marks: Marks };
  "survey.asked": Record<string, unknown>;
  "survey.answered": Record<string, unknown>;
  "survey.skipped": Record<string, unknown>;
}
export type CustomerEventKind = keyof CustomerEventDataByKind;

interface CustomerEventOf<K extends CustomerEventKind> {
  type: "event";
  /** A message's own number; for other kinds the conversation's head. */
  seq: number;
  kind: K;
  conversation_id: string;
  data: CustomerEventDataByKind[K];
}
export type CustomerEventFrame = {
  [K in CustomerEventKind]: CustomerEventOf<K>;
}[CustomerEventKind];

export type CustomerServerFrame =
  | { type: "ready"; head: number }
  | {
      type: "conversation";
      conversation_id: string;
      state: ConversationState;
      head_seq: number;
      contact_marks: Marks;
      agent_marks: Marks;
      owner: CustomerOwner;
      survey: boolean;
    }
  | CustomerEventFrame
  | { type: "typing"; conversation_id: string; author: { type: AuthorType; name: string } }
  | { type: "pong" }
  | { type: "heartbeat"; head: number; conversations: Record<string, number> }
  | { type: "snapshot_required" }
  /** The chat's look or words were changed: ask `initialize` again. */
  | { type: "inbox_changed" };

export type CustomerClientFrame =
  | { type: "hello"; conversations: Record<string, number> }
  | { type: "typing"; conversation_id: string }
  | { type: "ping" };
