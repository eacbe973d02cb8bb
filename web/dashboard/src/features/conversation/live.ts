/**
 * How a conversation changes: a snapshot, then the events after it. Pure; knows no store,
 * no time and no network.
 */
import type {
  Conversation,
  EventFrame,
  Marks,
  OwnershipData,
  Priority,
  ViewName,
} from "@chatdesk/client";

/** A conversation and the event number up to which it is known. */
export interface Known {
  readonly conversation: Conversation;
  readonly asOf: number;
}

/** As the server cuts it, so that an event says what a fresh list would. */
const PREVIEW_LENGTH = 120;

/** The newer of what we hold and what the server just said. */
export function takeSnapshot(known: Known | undefined, conversation: Conversation, head: number) {
  return known && known.asOf > head ? known : { conversation, asOf: head };
}

/** Events up to the snapshot's head are already in it, so they change nothing. */
export function applyEvent(known: Known | undefined, frame: EventFrame): Known | undefined {
  if (frame.kind === "conversation.created") {
    return takeSnapshot(known, frame.data.conversation, frame.seq);
  }
  if (known && frame.seq <= known.asOf) return known;
  if (frame.kind === "conversation.hidden") return undefined;
  if ("conversation" in frame.data && frame.data.conversation) {
    const { conversation } = frame.data;
    const isOlder = known && known.conversation.epoch > conversation.epoch;
    return isOlder ? { ...known, asOf: frame.seq } : { conversation, asOf: frame.seq };
  }
  if (!known || frame.conversation_id !== known.conversation.id) return known;
  const change = changeOf(known.conversation, frame);
  const conversation = change ? { ...known.conversation, ...change } : known.conversation;
  return { conversation, asOf: frame.seq };
}

/** The name under which its contact is known from now on. */
export function rename(known: Known, frame: EventFrame): Known {
  if (frame.kind !== "contact.updated") return known;
  const { id, name } = frame.data.contact;
  const { conversation } = known;
  if (conversation.contact.id !== id || conversation.contact.name === name) return known;
  return { ...known, conversation: { ...conversation, contact: { id, name } } };
}

function changeOf(now: Conversation, frame: EventFrame): Partial<Conversation> | null {
  // The answer to our own call may have come before the event that tells everyone.
  if ("epoch" in frame.data && frame.data.epoch < now.epoch) return null;
  switch (frame.kind) {
    case "message.created": {
      const { message } = frame.data;
      if (message.note || message.seq <= now.head_seq) return null;
      return {
        head_seq: message.seq,
        preview: previewOf(message.content.text),
        preview_author: message.author.type,
        last_message_at: message.created_at,
      };
    }
    case "conversation.claimed":
    case "conversation.snoozed":
    case "conversation.woke":
      return { ...ownership(frame.data), waiting_since: null };
    case "conversation.transferred":
    case "conversation.released":
    case "conversation.rang":
    case "conversation.missed":
      return {
        ...ownership(frame.data),
        waiting_since: frame.data.waiting_since,
      };
    case "conversation.reopened":
      return {
        ...ownership(frame.data),
        waiting_since: frame.data.waiting_since,
        resolved_at: null,
      };
    case "conversation.resolved":
      return {
        ...ownership(frame.data),
        waiting_since: null,
        resolved_at: frame.data.resolved_at,
      };
    case "conversation.prioritised":
      return { priority: frame.data.priority };
    case "conversation.tagged":
      return { tags: frame.data.tags };
    case "conversation.marked":
      return {
        contact_marks: furthest(now.contact_marks, frame.data.contact_marks),
        agent_marks: furthest(now.agent_marks, frame.data.agent_marks),
      };
    default:
      return null;
  }
}

function ownership(data: OwnershipData) {
  const { state, owner, epoch, department_id, ringing_until = null, missed_at = null } = data;
  const { snoozed_until = null } = data;
  const where = department_id === undefined ? {} : { department_id };
  return { state, owner, epoch, ringing_until, missed_at, snoozed_until, ...where };
}

function furthest(a: Marks, b: Marks): Marks {
  return {
    delivered_seq: Math.max(a.delivered_seq, b.delivered_seq),
    read_seq: Math.max(a.read_seq, b.read_seq),
  };
}

function previewOf(text: string): string {
  const line = [...text.trim().replace(/\s+/g, " ")];
  const short = line.slice(0, PREVIEW_LENGTH).join("");
  return line.length > PREVIEW_LENGTH ? `${short}…` : short;
}

export function isOpen(conversation: Conversation): boolean {
  return conversation.state !== "resolved" && conversation.state !== "archived";
}

export function inView(conversation: Conversation, view: ViewName, me: string): boolean {
  switch (view) {
    case "mine":
      return (
        isOpen(conversation) && conversation.owner?.id === me && conversation.state !== "snoozed"
      );
    case "waiting":
      return (
        (conversation.state === "waiting" && conversation.missed_at === null) ||
        conversation.state === "pending_acceptance"
      );
    case "all":
      return isOpen(conversation);
    case "resolved":
      return conversation.state === "resolved";
    case "ringing":
      return conversation.ringing_until !== null;
    case "active":
      return conversation.state === "active";
    case "missed":
      return conversation.missed_at !== null;
    case "snoozed":
      return conversation.state === "snoozed" && conversation.owner?.id === me;
  }
}

/** The most urgent first. */
export const PRIORITIES: readonly Priority[] = ["urgent", "high", "normal", "low"];

/** Where a conversation stands in a list. */
export interface Place {
  /** Its priority where the list goes by it, else 0. */
  readonly rank: number;
  readonly at: string;
  readonly id: string;
}

/** Sorts after every time. */
const NO_END = "9999";

export function placeOf(conversation: Conversation, view: ViewName): Place {
  const rank = view === "waiting" ? PRIORITIES.indexOf(conversation.priority) : 0;
  return { rank, ...momentOf(conversation, view) };
}

function momentOf(conversation: Conversation, view: ViewName) {
  const { id, last_message_at, waiting_since, resolved_at } = conversation;
  if (view === "ringing") return { at: conversation.ringing_until ?? last_message_at, id };
  if (view === "snoozed") return { at: conversation.snoozed_until ?? NO_END, id };
  if (view === "missed") return { at: conversation.missed_at ?? last_message_at, id };
  if (view === "waiting") return { at: waiting_since ?? last_message_at, id };
  if (view === "resolved") return { at: resolved_at ?? last_message_at, id };
  return { at: last_message_at, id };
}

/** Negative when `a` stands above `b`: newest first, but of who waits the most urgent, then the longest. */
function compare(a: Place, b: Place, view: ViewName): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  const older = a.at < b.at || (a.at === b.at && a.id < b.id);
  if (a.at === b.at && a.id === b.id) return 0;
  return older === (view === "waiting" || view === "ringing" || view === "snoozed") ? -1 : 1;
}

/**
 * The ids of one list in order: everything known that belongs to it and carries the tag, down to the `edge` of what
 * has been loaded (null: all of it has).
 */
export function listOf(
  all: Iterable<Known>,
  view: ViewName,
  me: string,
  edge: Place | null,
  floor: number,
  tag: string | null = null,
): string[] {
  const places: Place[] = [];
  for (const { conversation, asOf } of all) {
    if (asOf < floor || !inView(conversation, view, me)) continue;
    if (tag !== null && !conversation.tags.includes(tag)) continue;
    const place = placeOf(conversation, view);
    if (edge === null || compare(place, edge, view) <= 0) places.push(place);
  }
  return places.sort((a, b) => compare(a, b, view)).map((place) => place.id);
}

/** Customer's messages nobody on our side has looked at; 0 when ours is the last word. */
export function unreadOf(conversation: Conversation): number {
  if (conversation.preview_author !== "user") return 0;
  return Math.max(0, conversation.head_seq - conversation.agent_marks.read_seq);
}

interface Tally {
  readonly mine: number;
  readonly waiting: number;
  readonly all: number;
  readonly head: number;
}

/** Counts after one conversation changed from `before` to `after`. */
export function recount(
  tally: Tally,
  before: Conversation | null,
  after: Conversation | null,
  me: string,
  seq: number,
): Tally {
  const delta = (view: ViewName) =>
    Number(after !== null && inView(after, view, me)) -
    Number(before !== null && inView(before, view, me));
  return {
    mine: tally.mine + delta("mine"),
    waiting: tally.waiting + delta("waiting"),
    all: tally.all + delta("all"),
    head: Math.max(tally.head, seq),
  };
}
