/**
 * Keeps the desk fed: one socket, the fetches the desk asks for, and the line's own state
 * (offline, back again). Knows which frame goes where and nothing of screens.
 */
import {
  type AgentServerFrame,
  ApiError,
  type EventFrame,
  LiveSocket,
  type LiveState,
  request,
  type Session,
} from "@chatdesk/client";
import { fetchAgents, refreshInvites } from "@/features/agent/api";
import {
  fetchConversation,
  fetchCounts,
  fetchMessagesAfter,
  refreshLists,
} from "@/features/conversation/api";
import { loadDrafts } from "@/features/draft/api";
import { fetchInboxes } from "@/features/inbox/api";
import { forgetArrivals, noteArrival } from "@/features/message/delivered";
import { desk } from "./desk";
import { queries } from "./query";

const OFFLINE_SHOWS_AFTER = 1_500;
const BACK_SHOWS_FOR = 3_000;
const COUNTS_SETTLE = 300;
const RETRY_FETCH = 2_000;

export interface Line {
  /** What the bar says; `fine` shows none. */
  readonly bar: "fine" | "offline" | "back";
  /** Customers' messages that came while the line was down. */
  readonly missed: number;
  readonly live: boolean;
}

let line: Line = { bar: "fine", missed: 0, live: false };
let socket: LiveSocket<AgentServerFrame> | null = null;
let offlineTimer: ReturnType<typeof setTimeout> | undefined;
let backTimer: ReturnType<typeof setTimeout> | undefined;
let typingTimer: ReturnType<typeof setTimeout> | undefined;
let countsTimer: ReturnType<typeof setTimeout> | undefined;
let catchUpTo = 0;
let viewing: string | null = null;
let wasLive = false;
let onEnded: () => void = () => {};
const listeners = new Set<() => void>();

export function subscribeLine(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const readLine = (): Line => line;

function setLine(change: Partial<Line>): void {
  line = { ...line, ...change };
  for (const listener of listeners) listener();
}

/** Fetches what every screen needs, then follows the events from there. Safe to call again. */
export async function startLive(ended: () => void): Promise<void> {
  onEnded = ended;
  if (socket) return;
  desk.needs = {
    conversation: (id) => void wantConversation(id),
    counts: () => {
      clearTimeout(countsTimer);
      countsTimer = setTimeout(() => void reloadCounts(), COUNTS_SETTLE);
    },
    gap: (id, after) => void fillGap(id, after),
    rewind: () => void socket?.greet(),
    resync: () => void resync(),
    forgotten: (id) => queries.removeQueries({ queryKey: ["conversation", id] }),
  };
  const head = await reloadCounts();
  if (head === null || socket || !desk.session) return;
  desk.begin(Math.min(head, desk.earliest));
  socket = new LiveSocket<AgentServerFrame>({
    url: "/api/v1/socket",
    hello: () => ({ type: "hello", after: desk.head }),
    onFrame: take,
    onState: follow,
  });
  void loadShared();
}

export function stopLive(): void {
  socket?.close();
  socket = null;
  wasLive = false;
  viewing = null;
  forgetArrivals();
  for (const timer of [offlineTimer, backTimer, typingTimer, countsTimer]) clearTimeout(timer);
  offlineTimer = undefined;
  setLine({ bar: "fine", missed: 0, live: false });
}

/** Events up to this number belong to a time this page was away. */
export const caughtUpTo = (): number => catchUpTo;

/** Tells colleagues which conversation is open here. */
export function setViewing(id: string | null): void {
  viewing = id;
  socket?.send({ type: "viewing", conversation_id: id });
}

export function sendTyping(id: string): void {
  socket?.send({ type: "typing", conversation_id: id });
}

function loadShared(): Promise<unknown> {
  return Promise.allSettled([fetchAgents(), fetchInboxes(), loadDrafts()]);
}

async function reloadCounts(): Promise<number | null> {
  try {
    const counts = await fetchCounts();
    desk.takeCounts(counts);
    return counts.head;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      onEnded();
      return null;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_FETCH));
    return desk.session ? reloadCounts() : null;
  }
}

async function wantConversation(id: string): Promise<void> {
  try {
    await fetchConversation(id);
  } catch (error) {
    if (error instanceof ApiError && error.temporary) desk.needs.counts();
    if (error instanceof ApiError && error.status === 404) desk.hide(id);
  }
}

async function fillGap(id: string, after: number): Promise<void> {
  try {
    await fetchMessagesAfter(id, after);
  } catch {
    // The next event of this conversation, or the next visit, asks again.
  }
}

/** Too far behind for events, or our rights changed: fetch what is on screen afresh and follow from there. */
async function resync(): Promise<void> {
  const head = await reloadCounts();
  if (head === null) return;
  desk.restart(head);
  socket?.greet();
  const open = desk.open ? wantConversation(desk.open) : null;
  await Promise.allSettled([loadRights(), loadShared(), refreshLists(), open]);
}

/** What our role and departments allow now. */
async function loadRights(): Promise<void> {
  const session = await request<Session>("GET", "/api/v1/session");
  if (desk.session) desk.set("session", session);
}

function take(frame: AgentServerFrame): void {
  switch (frame.type) {
    case "event":
      countMissed(frame);
      desk.apply(frame);
      if (frame.kind === "message.created") noteArrival(frame.conversation_id);
      if (frame.kind.startsWith("invite.")) void refreshInvites();
      if (frame.kind.startsWith("department.") || frame.kind.startsWith("role.")) {
        void queries.invalidateQueries({ queryKey: ["team"] });
      }
      if (frame.kind.startsWith("mail.")) void queries.invalidateQueries({ queryKey: ["mail"] });
      return;
    case "ready":
      catchUpTo = wasLive ? frame.head : 0;
      wasLive = true;
      socket?.send({ type: "viewing", conversation_id: viewing });
      return;
    case "heartbeat":
      desk.advance(frame.head);
      return;
    case "snapshot_required":
      void resync();
      return;
    case "typing": {
      const { author } = frame;
      desk.setTyping(
        frame.conversation_id,
        { id: author.id, name: author.name, user: author.type === "user" },
        Date.now(),
      );
      scheduleTyping();
      return;
    }
    case "viewing":
      desk.setViewing(frame.conversation_id, frame.agents);
      return;
    case "presence":
      desk.setPresence(frame.agent_id, frame.online);
      return;
    case "contact_presence":
      desk.setContactPresence(frame.conversation_id, frame.online);
      return;
    case "pong":
      return;
  }
}

function countMissed(frame: EventFrame): void {
  if (frame.seq > catchUpTo || frame.kind !== "message.created") return;
  if (frame.data.message.author.type === "user") setLine({ missed: line.missed + 1 });
}

function scheduleTyping(): void {
  clearTimeout(typingTimer);
  const now = Date.now();
  const next = desk.expireTyping(now);
  if (next !== null) typingTimer = setTimeout(scheduleTyping, next - now + 10);
}

function follow(state: LiveState): void {
  if (state === "ended") {
    onEnded();
    return;
  }
  if (state === "live") {
    clearTimeout(offlineTimer);
    offlineTimer = undefined;
    setLine({ live: true });
    if (line.bar === "offline") showBack();
    return;
  }
  if (line.live) setLine({ live: false, missed: 0 });
  offlineTimer ??= setTimeout(() => {
    clearTimeout(backTimer);
    setLine({ bar: "offline" });
  }, OFFLINE_SHOWS_AFTER);
}

function showBack(): void {
  setLine({ bar: "back" });
  clearTimeout(backTimer);
  backTimer = setTimeout(() => {
    if (line.bar === "back") setLine({ bar: "fine", missed: 0 });
  }, BACK_SHOWS_FOR);
}
