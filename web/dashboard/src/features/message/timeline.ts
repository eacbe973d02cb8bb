/** A thread as the list of things to paint: days, lines, messages, the unread mark. Pure. */
import type { Message } from "@chatdesk/client";
import { dayKey } from "@/lib/time";
import type { Line, Thread } from "./live";

export type Entry =
  | { readonly type: "day"; readonly key: string; readonly at: string }
  | { readonly type: "unread"; readonly key: string }
  | { readonly type: "line"; readonly key: string; readonly line: Line }
  | {
      readonly type: "message";
      readonly key: string;
      readonly message: Message;
      /** First and last of the same person's run of messages. */
      readonly opens: boolean;
      readonly closes: boolean;
    };

const RUN = 5 * 60_000;

/** `unreadId` is the first unread message; the mark stands before it. */
export function timelineOf(thread: Thread, unreadId: string | null): Entry[] {
  const entries: Entry[] = [];
  const first = thread.messages[0];
  // What happened above the messages that are loaded comes with those.
  const lines = thread.lines.filter(
    (line) => thread.older === null || !first || line.at >= first.created_at,
  );
  let day: string | null = null;
  const dayBefore = (at: string, next: string) => {
    const key = dayKey(at);
    if (key !== day) entries.push({ type: "day", key: `day:${next}`, at });
    day = key;
  };
  const linesBefore = (at: string | null) => {
    for (let line = lines[0]; line && (at === null || line.at <= at); line = lines[0]) {
      lines.shift();
      const key = `line:${line.seq}`;
      dayBefore(line.at, key);
      entries.push({ type: "line", key, line });
    }
  };
  for (const message of thread.messages) {
    linesBefore(message.created_at);
    dayBefore(message.created_at, message.id);
    if (message.id === unreadId) entries.push({ type: "unread", key: "unread" });
    const opens = !continues(entries.at(-1), message);
    const last = entries.length - 1;
    const before = entries[last];
    if (!opens && before?.type === "message") entries[last] = { ...before, closes: false };
    entries.push({ type: "message", key: message.id, message, opens, closes: true });
  }
  linesBefore(null);
  return entries;
}

function continues(entry: Entry | undefined, message: Message): boolean {
  if (entry?.type !== "message") return false;
  const before = entry.message;
  return (
    before.note === message.note &&
    before.author.type === message.author.type &&
    before.author.id === message.author.id &&
    Date.parse(message.created_at) - Date.parse(before.created_at) < RUN
  );
}

export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Most entries painted at once, and how many come or go at an edge. */
export const WINDOW = 160;
export const STEP = 60;

/** The window that shows the end, or the one around `index`. */
export function windowAt(count: number, index: number | null): Window {
  if (index === null) return { start: Math.max(0, count - WINDOW), end: count };
  const start = Math.max(0, Math.min(index - STEP, count - WINDOW));
  return { start, end: Math.min(count, start + WINDOW) };
}

export function windowUp(now: Window): Window {
  const start = Math.max(0, now.start - STEP);
  return { start, end: Math.min(now.end, start + WINDOW) };
}

export function windowDown(now: Window, count: number): Window {
  const end = Math.min(count, now.end + STEP);
  return { start: Math.max(now.start, end - WINDOW), end };
}
