/**
 * The one store of what the server said: snapshots go in with their head, events are applied
 * after them by the features' pure patches. Screens read it by hooks; it calls no network.
 */
import type {
  Conversation,
  Counts,
  Draft,
  EventFrame,
  Inbox,
  Message,
  MessagePage,
  NamedRef,
  Session,
  TrailPage,
} from "@chatdesk/client";
import * as agentLive from "@/features/agent/live";
import * as conversationLive from "@/features/conversation/live";
import * as draftLive from "@/features/draft/live";
import * as inboxLive from "@/features/inbox/live";
import * as messageLive from "@/features/message/live";

/** Events kept to bring a late snapshot up to date. */
const MOST_RECENT = 2_000;
/** More unknown conversations than this at once: fetch lists afresh instead. */
const MOST_WANTED = 60;
const TYPING_LASTS = 6_000;
/** Threads held in memory; the one visited longest ago goes first. */
const MOST_THREADS = 80;

export interface Typing {
  readonly id: string | null;
  readonly name: string;
  readonly user: boolean;
  readonly until: number;
}

/** What the store cannot find out by itself. */
export interface Needs {
  conversation: (id: string) => void;
  counts: () => void;
  gap: (conversationId: string, after: number) => void;
  rewind: () => void;
  resync: () => void;
  /** This thread is held no longer; a visit must fetch it anew. */
  forgotten: (conversationId: string) => void;
}

const NOBODY: Needs = {
  conversation: () => {},
  counts: () => {},
  gap: () => {},
  rewind: () => {},
  resync: () => {},
  forgotten: () => {},
};

export class Desk {
  session: Session | null = null;
  readonly conversations = new Map<string, conversationLive.Known>();
  readonly threads = new Map<string, messageLive.Thread>();
  agents: agentLive.Agents = new Map();
  inboxes: inboxLive.Inboxes = new Map();
  drafts: draftLive.Drafts = new Map();
  counts: Counts | null = null;
  readonly typing = new Map<string, readonly Typing[]>();
  readonly viewing = new Map<string, readonly NamedRef[]>();
  readonly contactsOnline = new Map<string, boolean>();
  /** The event number we resume from. */
  head = 0;
  /** Snapshots older than this are unproven: events between were not delivered. */
  floor = 0;
  /** The oldest snapshot taken before events were followed. */
  earliest = Number.POSITIVE_INFINITY;
  /** Grows with each change of any conversation. */
  version = 0;
  /** The conversation on screen; its thread is never let go. */
  open: string | null = null;
  needs: Needs = NOBODY;
  /** Says whether a draft event only repeats, or would undo, what was typed here. */
  ownDraft: (key: string, text: string | null) => boolean = () => false;
  onEvent: (frame: EventFrame) => void = () => {};

  #since = 0;
  #recent: EventFrame[] = [];
  #wanted = new Set<string>();
  #listeners = new Set<() => void>();
  #watchers = new Set<(frame: EventFrame) => void>();
  #notifying = false;

  get me(): string {
    return this.session?.agent.id ?? "";
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Listeners hear once per turn, however much changed in it. */
  changed(): void {
    if (this.#notifying) return;
    this.#notifying = true;
    queueMicrotask(() => {
      this.#notifying = false;
      for (const listener of this.#listeners) listener();
    });
  }

  /** For what is typed here: a field must show its new text within the same event. */
  changedNow(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Begins at `head`: every event after it will come by `apply`. */
  begin(head: number): void {
    this.head = head;
    this.#since = head;
    this.#recent = [];
  }

  /** Nothing known before `head` counts any more, until it is fetched anew. */
  restart(head: number): void {
    this.begin(head);
    this.floor = head;
    this.#wanted.clear();
    this.version += 1;
    this.changed();
  }

  clear(): void {
    this.session = null;
    this.conversations.clear();
    this.threads.clear();
    this.agents = new Map();
    this.inboxes = new Map();
    this.drafts = new Map();
    this.counts = null;
    this.typing.clear();
    this.viewing.clear();
    this.contactsOnline.clear();
    this.floor = 0;
    this.earliest = Number.POSITIVE_INFINITY;
    this.begin(0);
    this.#wanted.clear();
    this.version += 1;
    this.changed();
  }

  /* ---------- snapshots ---------- */

  takeConversations(items: readonly Conversation[], head: number): void {
    this.#reach(head);
    for (const item of items) this.#take(item, head);
    this.version += 1;
    this.changed();
  }

  /** A whole conversation, as the answer to our own call; as new as we are. */
  takeAnswer(conversation: Conversation): void {
    const known = this.conversations.get(conversation.id);
    if (known && known.conversation.epoch > conversation.epoch) return;
    const asOf = known?.asOf ?? 0;
    this.conversations.set(conversation.id, { conversation, asOf: Math.max(asOf, this.floor) });
    this.version += 1;
    this.changed();
  }

  takeMessages(id: string, page: MessagePage, asked: messageLive.Asked): void {
    this.#reach(page.head);
    const thread = this.threads.get(id) ?? messageLive.EMPTY;
    let next = messageLive.takePage(thread, page.messages, page.older, asked);
    for (const frame of this.#recent) {
      if (frame.seq > page.head && frame.conversation_id === id) {
        next = messageLive.applyEvent(next, frame);
      }
    }
    this.threads.delete(id);
    this.threads.set(id, next);
    this.#forgetThreads();
    this.changed();
  }

  takeTrail(id: string, page: TrailPage): void {
    const thread = this.threads.get(id) ?? messageLive.EMPTY;
    this.threads.set(id, messageLive.takeTrail(thread, page.events, page.next));
    this.changed();
  }

  /** The events after a snapshot that was taken at `head`, as far as they came. */
  after(head: number): readonly EventFrame[] {
    this.#reach(head);
    return this.#recent.filter((frame) => frame.seq > head);
  }

  /** Hears every event, for what a screen holds besides. */
  watch(listener: (frame: EventFrame) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Our own message, stored: in the thread before its event comes round. */
  takeSent(id: string, message: Message): void {
    const thread = this.threads.get(id);
    if (thread?.loaded) this.threads.set(id, messageLive.insert(thread, [message]));
    this.changed();
  }

  /** Out of our sight: nothing of it stays here. */
  hide(id: string): void {
    const known = this.conversations.delete(id);
    if (this.threads.delete(id) || known) this.needs.forgotten(id);
    this.#wanted.delete(id);
    for (const marks of [this.typing, this.viewing, this.contactsOnline]) marks.delete(id);
    this.version += 1;
    this.changed();
  }

  takeCounts(counts: Counts): void {
    this.counts = counts;
    this.changed();
  }

  takeDrafts(items: readonly Draft[]): void {
    const ours = [...this.drafts].filter(([key]) => this.ownDraft(key, null));
    const theirs = items.map((draft): [string, Draft] => [
      draftLive.draftKey(draft.conversation_id, draft.mode),
      draft,
    ]);
    this.drafts = new Map([...theirs, ...ours]);
    this.changed();
  }

  takeInbox(inbox: Inbox): void {
    this.inboxes = new Map(this.inboxes).set(inbox.id, inbox);
    this.changed();
  }

  /** Shows what was done here before the server answers; its event says the same. */
  presume(id: string, change: Partial<Pick<Conversation, "tags" | "priority">>): void {
    const known = this.conversations.get(id);
    if (!known) return;
    this.conversations.set(id, { ...known, conversation: { ...known.conversation, ...change } });
    this.version += 1;
    this.changedNow();
  }

  write(drafts: draftLive.Drafts): void {
    this.drafts = drafts;
    this.changedNow();
  }

  set<K extends "agents" | "inboxes" | "session">(key: K, value: this[K]): void {
    this[key] = value;
    this.changed();
  }

  /* ---------- events ---------- */

  apply(frame: EventFrame): void {
    if (frame.seq > (this.#recent.at(-1)?.seq ?? this.#since)) this.#remember(frame);
    this.head = Math.max(this.head, frame.seq);
    this.agents = agentLive.applyEvent(this.agents, frame);
    this.inboxes = inboxLive.applyEvent(this.inboxes, frame);
    this.drafts = draftLive.applyEvent(this.drafts, frame, this.ownDraft);
    if (frame.conversation_id && !frame.kind.startsWith("draft.")) this.#applyToConversation(frame);
    if (frame.kind === "contact.updated") this.#rename(frame);
    this.onEvent(frame);
    for (const watcher of this.#watchers) watcher(frame);
    this.changed();
  }

  advance(head: number): void {
    this.head = Math.max(this.head, head);
  }

  setTyping(id: string, who: Omit<Typing, "until">, now: number): void {
    const others = (this.typing.get(id) ?? []).filter(
      (entry) => entry.until > now && (entry.id !== who.id || entry.user !== who.user),
    );
    this.typing.set(id, [...others, { ...who, until: now + TYPING_LASTS }]);
    this.changed();
  }

  /** Drops typing marks whose time is over; the time of the next one, or null. */
  expireTyping(now: number): number | null {
    let next: number | null = null;
    for (const [id, entries] of this.typing) {
      const alive = entries.filter((entry) => entry.until > now);
      if (alive.length === 0) this.typing.delete(id);
      else if (alive.length < entries.length) this.typing.set(id, alive);
      if (alive.length < entries.length) this.changed();
      for (const entry of alive) next = Math.min(next ?? entry.until, entry.until);
    }
    return next;
  }

  setViewing(id: string, agents: readonly NamedRef[]): void {
    if (agents.length === 0) this.viewing.delete(id);
    else this.viewing.set(id, agents);
    this.changed();
  }

  setPresence(agentId: string, online: boolean): void {
    this.agents = agentLive.applyPresence(this.agents, agentId, online);
    this.changed();
  }

  setContactPresence(id: string, online: boolean): void {
    this.contactsOnline.set(id, online);
    this.changed();
  }

  /* ---------- inside ---------- */

  #applyToConversation(frame: EventFrame): void {
    const id = frame.conversation_id as string;
    const known = this.conversations.get(id);
    const proven = known && known.asOf >= this.floor ? known : undefined;
    const next = conversationLive.applyEvent(proven, frame);
    if (next && next !== proven) {
      this.conversations.set(id, next);
      this.version += 1;
    }
    this.#tally(frame, proven, next);
    if (frame.kind === "conversation.hidden") {
      this.hide(id);
      return;
    }
    if (!next) this.#want(id);
    this.#applyToThread(id, frame, next?.conversation.head_seq ?? 0);
    if (frame.kind === "message.created") this.#stopTyping(id, frame.data.message.author.id);
  }

  #applyToThread(id: string, frame: EventFrame, headSeq: number): void {
    const thread = this.threads.get(id);
    if (!thread) return;
    const next = messageLive.applyEvent(thread, frame);
    if (next === thread) return;
    this.threads.set(id, next);
    const gap = messageLive.gapAfter(next, headSeq);
    if (gap !== null) this.needs.gap(id, gap);
  }

  #rename(frame: EventFrame): void {
    for (const [id, known] of this.conversations) {
      const next = conversationLive.rename(known, frame);
      if (next !== known) this.conversations.set(id, next);
    }
    this.version += 1;
  }

  #forgetThreads(): void {
    for (const id of this.threads.keys()) {
      if (this.threads.size <= MOST_THREADS) return;
      if (id === this.open) continue;
      this.threads.delete(id);
      this.needs.forgotten(id);
    }
  }

  #stopTyping(id: string, author: string | null): void {
    const entries = this.typing.get(id);
    if (!entries) return;
    const others = entries.filter((entry) => !entry.user && entry.id !== author);
    if (others.length === 0) this.typing.delete(id);
    else this.typing.set(id, others);
  }

  #tally(
    frame: EventFrame,
    before: conversationLive.Known | undefined,
    after: conversationLive.Known | undefined,
  ): void {
    if (!this.counts || frame.seq <= this.counts.head) return;
    const moves = /^conversation\.(?!marked|offered|tagged|prioritised|asked|kept)/.test(
      frame.kind,
    );
    if (!moves) return;
    const created = frame.kind === "conversation.created";
    const clean = created ? !before : before !== undefined && before.asOf < frame.seq;
    if ((!after && frame.kind !== "conversation.hidden") || !clean) {
      this.needs.counts();
      return;
    }
    this.counts = conversationLive.recount(
      this.counts,
      before?.conversation ?? null,
      after?.conversation ?? null,
      this.me,
      frame.seq,
    );
  }

  #want(id: string): void {
    if (this.#wanted.has(id)) return;
    this.#wanted.add(id);
    if (this.#wanted.size > MOST_WANTED) {
      this.#wanted.clear();
      this.needs.resync();
      return;
    }
    this.needs.conversation(id);
  }

  #take(conversation: Conversation, head: number): void {
    this.#wanted.delete(conversation.id);
    const held = this.conversations.get(conversation.id);
    const proven = held && held.asOf >= this.floor ? held : undefined;
    let known: conversationLive.Known | undefined = conversationLive.takeSnapshot(
      proven,
      conversation,
      head,
    );
    for (const frame of this.#recent) {
      if (frame.conversation_id === conversation.id) {
        known = conversationLive.applyEvent(known, frame);
      } else if (frame.seq > head && known) known = conversationLive.rename(known, frame);
    }
    if (known) this.conversations.set(conversation.id, known);
  }

  #remember(frame: EventFrame): void {
    this.#recent.push(frame);
    if (this.#recent.length <= MOST_RECENT) return;
    const dropped = this.#recent.splice(0, MOST_RECENT / 2);
    this.#since = dropped.at(-1)?.seq ?? this.#since;
  }

  /** A snapshot older than the first event we hold: ask for the events from it on. */
  #reach(head: number): void {
    if (this.#since === 0) this.earliest = Math.min(this.earliest, head);
    if (head >= this.#since || this.#since === 0) return;
    this.begin(Math.min(head, this.head));
    this.needs.rewind();
  }
}

export const desk = new Desk();
