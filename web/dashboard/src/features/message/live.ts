/**
 * A conversation's messages as far as they are loaded: pages and events go in, in any order and
 * any number of times, and one ordered run without doubles comes out. Pure.
 */
import type { Conversation, EventFrame, Message, MessageStatus } from "@chatdesk/client";

type LineKind = "claimed" | "released" | "transferred" | "resolved" | "reopened";

/** What happened to the conversation, as a line between its messages. */
export interface Line {
  readonly seq: number;
  readonly kind: LineKind;
  readonly at: string;
  readonly actor: { id: string | null; name: string };
  readonly owner: { id: string; name: string } | null;
}

export interface Thread {
  readonly messages: readonly Message[];
  readonly lines: readonly Line[];
  /** True once the conversation's first message is among them. */
  readonly complete: boolean;
  readonly loaded: boolean;
}

export const EMPTY: Thread = { messages: [], lines: [], complete: false, loaded: false };

function compareMessages(a: Message, b: Message): number {
  if (a.seq !== b.seq) return a.seq - b.seq;
  if (a.note !== b.note) return a.note ? 1 : -1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The same thread when there is nothing new in `incoming`. */
export function insert(thread: Thread, incoming: readonly Message[]): Thread {
  const have = new Set(thread.messages.map((message) => message.id));
  const fresh = incoming.filter((message) => !have.has(message.id));
  if (fresh.length === 0) return thread;
  const sorted = [...fresh].sort(compareMessages);
  const last = thread.messages.at(-1);
  const first = sorted[0];
  const appends = !last || (first !== undefined && compareMessages(last, first) < 0);
  const messages = appends
    ? [...thread.messages, ...sorted]
    : [...thread.messages, ...sorted].sort(compareMessages);
  return { ...thread, messages };
}

/** Which way a page was asked for. */
export type Asked = "latest" | "older" | "newer";

/** A page of at most `limit` messages. */
export function takePage(
  thread: Thread,
  page: readonly Message[],
  limit: number,
  asked: Asked,
): Thread {
  const next = insert(thread, page);
  const first = next.messages[0];
  const short = asked !== "newer" && page.length < limit;
  const complete = thread.complete || short || (first?.seq === 1 && !first.note);
  return { ...next, complete, loaded: true };
}

const LINES: Partial<Record<EventFrame["kind"], LineKind>> = {
  "conversation.claimed": "claimed",
  "conversation.released": "released",
  "conversation.transferred": "transferred",
  "conversation.resolved": "resolved",
  "conversation.reopened": "reopened",
};

const MOST_LINES = 200;

export function applyEvent(thread: Thread, frame: EventFrame): Thread {
  if (frame.kind === "message.created") {
    return thread.loaded ? insert(thread, [frame.data.message]) : thread;
  }
  const kind = LINES[frame.kind];
  if (!kind || thread.lines.some((line) => line.seq === frame.seq)) return thread;
  const owner = "owner" in frame.data ? frame.data.owner : null;
  const { id, name } = frame.actor;
  const line: Line = { seq: frame.seq, kind, at: frame.at, actor: { id, name }, owner };
  const lines = [...thread.lines, line].sort((a, b) => a.seq - b.seq).slice(-MOST_LINES);
  return { ...thread, lines };
}

/** The number after which public messages are missing between those loaded; null when none is. */
export function gapAfter(thread: Thread, headSeq: number): number | null {
  let previous: number | null = null;
  for (const message of thread.messages) {
    if (message.note) continue;
    if (previous !== null && message.seq > previous + 1) return previous;
    previous = message.seq;
  }
  if (!thread.loaded) return null;
  return (previous ?? 0) < headSeq ? (previous ?? 0) : null;
}

/** `before_seq` for the page above; null when there is nothing above. */
export function nextBefore(thread: Thread): number | null {
  const first = thread.messages[0];
  if (!first || thread.complete) return null;
  // Notes share their public message's number: ask again from it, doubles fall away.
  return first.note ? first.seq + 1 : first.seq;
}

/** How far a message came, by the other side's marks. Never moves back. */
export function statusOf(message: Message, conversation: Conversation): MessageStatus {
  const marks =
    message.author.type === "user" ? conversation.agent_marks : conversation.contact_marks;
  if (message.seq <= marks.read_seq || message.status === "read") return "read";
  if (message.seq <= marks.delivered_seq || message.status === "delivered") return "delivered";
  return "sent";
}

/** The first customer's message after what our side has read; null when all is read. */
export function firstUnread(thread: Thread, readSeq: number): Message | null {
  return (
    thread.messages.find(
      (message) => !message.note && message.author.type === "user" && message.seq > readSeq,
    ) ?? null
  );
}
