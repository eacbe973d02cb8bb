/**
 * A conversation's messages as far as they are loaded: pages and events go in, in any order and
 * any number of times, and one ordered run without doubles comes out. Pure.
 */
import type { Conversation, EventFrame, Message, MessageStatus } from "@chatdesk/client";

type LineKind =
  | "claimed"
  | "released"
  | "transferred"
  | "tookOver"
  | "unanswered"
  | "asked"
  | "kept"
  | "busy"
  | "withdrawn"
  | "resolved"
  | "reopened"
  | "rated"
  | "snoozed"
  | "woke";

/** What happened to the conversation, as a line between its messages. */
export interface Line {
  readonly seq: number;
  readonly kind: LineKind;
  readonly at: string;
  readonly actor: { id: string | null; name: string };
  readonly owner: { id: string; name: string } | null;
  /** The department it was handed to, when nobody there has it yet. */
  readonly department?: string;
  /** How it was, as the customer said. */
  readonly rating?: { stars: number; comment: string };
  /** Why it was taken over. */
  readonly reason: string | null;
}

export interface Thread {
  readonly messages: readonly Message[];
  readonly lines: readonly Line[];
  /** Cursor of what stands above; null once the conversation's first message is here. */
  readonly older: string | null;
  /** Up to where the lines reach back: the number to go on before, null for the beginning. */
  readonly linesFrom: number | null;
  readonly loaded: boolean;
}

export const EMPTY: Thread = {
  messages: [],
  lines: [],
  older: null,
  linesFrom: null,
  loaded: false,
};

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

/** A page of messages; `older` is the cursor of what stands above it. */
export function takePage(
  thread: Thread,
  page: readonly Message[],
  older: string | null,
  asked: Asked,
): Thread {
  const next = insert(thread, page);
  const reaches = asked !== "newer" && next.messages[0]?.id === page[0]?.id;
  return { ...next, older: reaches ? older : thread.older, loaded: true };
}

/** What happened before, read back from the log; `from` is where it goes on, null at its beginning. */
export function takeTrail(
  thread: Thread,
  events: readonly EventFrame[],
  from: number | null,
): Thread {
  const lines = events.filter((frame) => frame.kind !== "message.created");
  return { ...lines.reduce(applyEvent, thread), linesFrom: from };
}

/** The number to ask the log before, so that the lines reach as far back as the messages. */
export function linesMissing(thread: Thread): number | null {
  const first = thread.messages[0];
  const line = thread.lines[0];
  if (thread.linesFrom === null || !first) return null;
  return !line || thread.older === null || first.created_at <= line.at ? thread.linesFrom : null;
}

const LINES: Partial<Record<EventFrame["kind"], LineKind>> = {
  "conversation.claimed": "claimed",
  "conversation.asked": "asked",
  "conversation.kept": "kept",
  "conversation.released": "released",
  "conversation.resolved": "resolved",
  "conversation.reopened": "reopened",
  "survey.answered": "rated",
  "conversation.snoozed": "snoozed",
  "conversation.woke": "woke",
};

const MOST_LINES = 1_000;

/** What a line says of an event; null for those that make none. */
function lineKind(frame: EventFrame): LineKind | null {
  if (frame.kind === "conversation.transferred") {
    return frame.data.reason ? "tookOver" : frame.data.unanswered ? "unanswered" : "transferred";
  }
  if (frame.kind === "conversation.kept" && frame.data.why !== "refused") return frame.data.why;
  return LINES[frame.kind] ?? null;
}

function ownerIn(frame: EventFrame): Line["owner"] {
  if (frame.kind === "conversation.asked") return frame.data.ask.owner;
  return "owner" in frame.data ? frame.data.owner : null;
}

export function applyEvent(thread: Thread, frame: EventFrame): Thread {
  if (frame.kind === "message.created") {
    return thread.loaded ? insert(thread, [frame.data.message]) : thread;
  }
  const kind = lineKind(frame);
  if (!kind || thread.lines.some((line) => line.seq === frame.seq)) return thread;
  const owner = ownerIn(frame);
  const { id, name } = frame.actor;
  const rating = frame.kind === "survey.answered" ? { rating: frame.data } : {};
  const reason = ("reason" in frame.data && frame.data.reason) || null;
  const department =
    frame.kind === "conversation.transferred" && !owner && frame.data.department_id
      ? { department: frame.data.department_id }
      : {};
  const line: Line = {
    seq: frame.seq,
    kind,
    at: frame.at,
    actor: { id, name },
    owner,
    reason,
    ...department,
    ...rating,
  };
  const lines = [...thread.lines, line].sort((a, b) => a.seq - b.seq).slice(-MOST_LINES);
  return { ...thread, lines };
}

/** How it was, as the customer said last; null when they said nothing. */
export function ratingOf(thread: Thread): NonNullable<Line["rating"]> | null {
  return thread.lines.findLast((line) => line.rating)?.rating ?? null;
}

/** The number after which public messages are missing between those loaded; null when none is. */
export function gapAfter(thread: Thread, headSeq: number): number | null {
  let previous: number | null = null;
  for (const message of thread.messages) {
    // What a page begins with inside a run of notes stands above.
    if (message.note && previous === null) previous = message.seq;
    if (message.note) continue;
    if (previous !== null && message.seq > previous + 1) return previous;
    previous = message.seq;
  }
  if (!thread.loaded) return null;
  return (previous ?? 0) < headSeq ? (previous ?? 0) : null;
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
