/** Conversations, messages and events for tests. */
import type { Conversation, EventFrame, EventKind, Message } from "@chatdesk/client";

const START = Date.UTC(2026, 4, 3, 9, 0, 0);

/** The moment `minutes` after the tests' morning. */
export const at = (minutes: number): string => new Date(START + minutes * 60_000).toISOString();

export function conversation(change: Partial<Conversation> = {}): Conversation {
  return {
    id: "conversation_1",
    number: 1,
    inbox: { id: "inbox_1", name: "Acme" },
    contact: { id: "contact_1", name: "Lena" },
    state: "waiting",
    priority: "normal",
    tags: [],
    owner: null,
    epoch: 1,
    head_seq: 1,
    preview: "Hello",
    preview_author: "user",
    created_at: at(0),
    last_message_at: at(0),
    waiting_since: at(0),
    resolved_at: null,
    ringing_until: null,
    missed_at: null,
    snoozed_until: null,
    contact_marks: { delivered_seq: 0, read_seq: 0 },
    agent_marks: { delivered_seq: 0, read_seq: 0 },
    locale: null,
    page: null,
    ...change,
  } as Conversation;
}

export function message(seq: number, change: Partial<Message> = {}): Message {
  return {
    id: `message_${seq}${change.note ? "n" : ""}`,
    conversation_id: "conversation_1",
    seq,
    client_id: null,
    author: { type: "user", id: "contact_1", name: "Lena" },
    content: { type: "text", text: `Message ${seq}` },
    note: false,
    reply_to: null,
    status: "sent",
    created_at: at(seq),
    ...change,
  };
}

type DataOf<K extends EventKind> = Extract<EventFrame, { kind: K }>["data"];

export function event<K extends EventKind>(
  seq: number,
  kind: K,
  data: DataOf<K>,
  conversationId: string | null = "conversation_1",
): EventFrame {
  return {
    type: "event",
    seq,
    at: at(seq),
    kind,
    conversation_id: conversationId,
    actor: { type: "agent", id: "agent_sam", name: "Sam" },
    data,
  } as EventFrame;
}
