/**
 * What the chat knows, and how each answer and frame changes it: pure functions over one immutable
 * value. No network, no clock, no page.
 */
import type {
  ChatInbox,
  ChatState,
  CustomerEventFrame,
  Marks,
  Message,
  MessageStatus,
} from "@chatdesk/client/types";

/** A line between messages: who joined, that it was solved. */
export interface Line {
  id: number;
  kind: "joined" | "solved" | "ended";
  name: string | null;
  /** Stands after this message. */
  after: number;
}

export interface Model {
  inbox: ChatInbox | null;
  chat: ChatState | null;
  /** By `seq`, each once. */
  messages: readonly Message[];
  lines: readonly Line[];
  /** Older messages exist on the server that are not held here. */
  older: boolean;
}

/** More than anyone scrolls through; beyond it the oldest go and can be fetched again. */
export const MOST_MESSAGES = 1000;

export const empty: Model = { inbox: null, chat: null, messages: [], lines: [], older: false };

const NO_MARKS: Marks = { delivered_seq: 0, read_seq: 0 };

export function isMine(message: Message): boolean {
  return message.author.type === "user";
}

/** The number up to which nothing is missing: where to resume. */
export function reached(model: Model): number {
  const { messages } = model;
  let top = messages[0]?.seq ?? 0;
  for (const { seq } of messages) {
    if (seq > top + 1) break;
    top = seq;
  }
  return top;
}

/** Messages the server has above what is held without a gap. */
export function hasGap(model: Model, head: number = model.chat?.head_seq ?? 0): boolean {
  return head > reached(model);
}

function merge(held: readonly Message[], more: readonly Message[]): readonly Message[] {
  const bySeq = new Map(held.map((message) => [message.seq, message]));
  let changed = false;
  for (const message of more) {
    if (message.note || bySeq.has(message.seq)) continue;
    bySeq.set(message.seq, message);
    changed = true;
  }
  return changed ? [...bySeq.values()].sort((a, b) => a.seq - b.seq) : held;
}

/** New ones, from whatever source; those already held are dropped. */
export function addMessages(model: Model, more: readonly Message[]): Model {
  const merged = merge(model.messages, more);
  if (merged === model.messages) return model;
  const kept = merged.length > MOST_MESSAGES ? merged.slice(-MOST_MESSAGES) : merged;
  const top = kept.at(-1)?.seq ?? 0;
  const chat = model.chat && { ...model.chat, head_seq: Math.max(model.chat.head_seq, top) };
  return { ...model, chat, messages: kept, older: (kept[0]?.seq ?? 1) > 1 };
}

/** A page from above the oldest held one. */
export function addOlder(model: Model, page: readonly Message[]): Model {
  const messages = merge(page, model.messages);
  return { ...model, messages, older: page.length > 0 && (messages[0]?.seq ?? 1) > 1 };
}

/** After a long absence the newest page replaces what was held. */
export function replaceMessages(model: Model, page: readonly Message[]): Model {
  return addMessages({ ...model, messages: [], lines: [], older: false }, page);
}

function higher(a: Marks, b: Marks): Marks {
  return {
    delivered_seq: Math.max(a.delivered_seq, b.delivered_seq),
    read_seq: Math.max(a.read_seq, b.read_seq),
  };
}

function addLine(model: Model, line: Omit<Line, "id">): Model {
  const id = (model.lines.at(-1)?.id ?? 0) + 1;
  return { ...model, lines: [...model.lines, { ...line, id }].slice(-100) };
}

/** The server's word on the present state: from `initialize` or a `conversation` frame. */
export function applyState(model: Model, state: ChatState): Model {
  const before = model.chat?.id === state.id ? model.chat : null;
  const chat: ChatState = {
    ...state,
    head_seq: Math.max(state.head_seq, before?.head_seq ?? 0),
    contact_marks: higher(state.contact_marks, before?.contact_marks ?? NO_MARKS),
    agent_marks: higher(state.agent_marks, before?.agent_marks ?? NO_MARKS),
  };
  const base = before || model.chat === null ? model : { ...empty, inbox: model.inbox };
  return withLines({ ...base, chat }, before, state.head_seq);
}

/** Says in the transcript what changed between two states. */
function withLines(model: Model, before: ChatState | null, after: number): Model {
  const { chat } = model;
  if (!chat) return model;
  if (chat.state === "resolved" && before?.state !== "resolved") {
    const told = model.lines.some((line) => line.kind === "ended" && line.after >= after);
    // Of a chat found solved nobody says by whom.
    const name = before ? ((chat.owner ?? before.owner)?.name ?? null) : null;
    return told ? model : addLine(model, { kind: "solved", name, after });
  }
  const name = chat.owner?.name;
  if (!name || name === before?.owner?.name || chat.state === "resolved") return model;
  const spoke = model.messages.some(
    ({ author }) => author.type === "agent" && author.name === name,
  );
  const known = before === null && spoke;
  return known ? model : addLine(model, { kind: "joined", name, after });
}

/** The visitor ended the chat, here or in another tab; the event may have come before the answer. */
export function endedByVisitor(model: Model): Model {
  if (!model.chat) return model;
  const after = model.chat.head_seq;
  if (model.chat.state === "resolved") {
    const said = (line: Line) => line.kind === "solved" && line.after === after;
    const lines = model.lines.map((line) =>
      said(line) ? { ...line, kind: "ended" as const, name: null } : line,
    );
    return { ...model, lines };
  }
  return addLine(
    { ...model, chat: { ...model.chat, state: "resolved" } },
    { kind: "ended", name: null, after },
  );
}

/** The answer to the first message: the conversation begins with it. */
export function begin(model: Model, message: Message): Model {
  if (model.chat?.id === message.conversation_id) return model;
  return applyState(model, {
    id: message.conversation_id,
    state: "waiting",
    head_seq: message.seq,
    contact_marks: NO_MARKS,
    agent_marks: NO_MARKS,
    owner: null,
    survey: false,
  });
}

export function applyEvent(model: Model, event: CustomerEventFrame): Model {
  const { chat } = model;
  if (!chat || event.conversation_id !== chat.id) return model;
  const change = (part: Partial<ChatState>) => applyState(model, { ...chat, ...part });
  switch (event.kind) {
    case "message.created":
      return addMessages(model, [event.data.message]);
    case "conversation.claimed":
      return change({ state: "active", owner: { name: event.data.owner.name } });
    case "conversation.transferred":
      return change({ owner: event.data.owner });
    case "conversation.released":
      return change({ state: "waiting", owner: null });
    case "conversation.resolved":
      return change({ state: "resolved" });
    case "conversation.reopened":
      return change({ state: event.data.state, survey: false });
    case "conversation.marked":
      return change(event.data);
    case "survey.asked":
    case "survey.answered":
    case "survey.skipped":
      return change({ survey: event.kind === "survey.asked" });
    default:
      return model;
  }
}

/** Marks never move back, nor does what is shown. */
export function markRead(model: Model, seq: number): Model {
  if (!model.chat || seq <= model.chat.contact_marks.read_seq) return model;
  return applyState(model, {
    ...model.chat,
    contact_marks: { delivered_seq: seq, read_seq: seq },
  });
}

export function statusOf(message: Message, chat: ChatState | null): MessageStatus {
  const marks = chat?.agent_marks ?? NO_MARKS;
  if (message.seq <= marks.read_seq || message.status === "read") return "read";
  if (message.seq <= marks.delivered_seq || message.status === "delivered") return "delivered";
  return "sent";
}

/** The agents' messages the visitor has not seen. */
export function unread(model: Model): number {
  const seen = model.chat?.contact_marks.read_seq ?? 0;
  return model.messages.filter((message) => !isMine(message) && message.seq > seen).length;
}

export function newestFromAgents(model: Model): Message | null {
  return model.messages.findLast((message) => !isMine(message)) ?? null;
}

/** Asking from below our first unread message brings its new mark along. */
export function oldestUnsettled(model: Model): number {
  const { messages, chat } = model;
  const top = reached(model);
  const mine = messages.find((m) => isMine(m) && statusOf(m, chat) !== "read");
  return Math.max(Math.min(top, (mine?.seq ?? top + 1) - 1), top - 100, 0);
}

/** The agents' marks as the statuses of our own messages tell them. */
export function withAgentMarks(model: Model, messages: readonly Message[]): Model {
  const { chat } = model;
  if (!chat) return model;
  const top = (reachedStatus: readonly string[]) =>
    messages.filter((m) => isMine(m) && reachedStatus.includes(m.status)).at(-1)?.seq ?? 0;
  const agent_marks = { delivered_seq: top(["delivered", "read"]), read_seq: top(["read"]) };
  return applyState(model, { ...chat, agent_marks });
}
