/** The transcript as a flat list of rows: days, messages, lines. Pure; drawing is the view's. */
import type { QueueItem } from "@chatdesk/client/queue";
import type { Message, MessageStatus } from "@chatdesk/client/types";
import { isMine, type Line, type Model, statusOf } from "./model.ts";
import type { Written } from "./store.ts";
import { dayKey } from "./t.ts";

export type Row =
  | { kind: "day"; key: string; at: string }
  | { kind: "line"; key: string; line: Line }
  | {
      kind: "message";
      key: string;
      message: Message;
      mine: boolean;
      /** First and last of a run by the same author. */
      first: boolean;
      last: boolean;
      status: MessageStatus;
      /** Time and status stand under it: it ends a run, or the next one is not as far. */
      told: boolean;
      /** The newest of the visitor's own: its status is said in a word. */
      newest: boolean;
    }
  | {
      kind: "pending";
      key: string;
      item: QueueItem<Written>;
      first: boolean;
      last: boolean;
      /** The first that will go out: under it stands why it has not yet. */
      next: boolean;
    };

/** Milliseconds after which the same author starts a new run. */
const RUN = 5 * 60_000;

function sameRun(a: Message | undefined, b: Message | undefined): boolean {
  if (!a || !b || a.author.type !== b.author.type || a.author.name !== b.author.name) return false;
  const apart = Date.parse(b.created_at) - Date.parse(a.created_at);
  return apart < RUN && dayKey(a.created_at) === dayKey(b.created_at);
}

export function rowsOf(model: Model, pending: readonly QueueItem<Written>[]): Row[] {
  const { messages, chat } = model;
  const rows: Row[] = [];
  const lines = [...model.lines];
  const linesUpTo = (seq: number) => {
    while (lines[0] && lines[0].after <= seq) {
      const line = lines.shift() as Line;
      rows.push({ kind: "line", key: `line${line.id}`, line });
    }
  };
  const parted = (seq: number) => model.lines.some((line) => line.after === seq);
  const newestMine = messages.findLast(isMine);
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const next = messages[index + 1];
    if (!before || dayKey(before.created_at) !== dayKey(message.created_at)) {
      rows.push({ kind: "day", key: `day${message.seq}`, at: message.created_at });
    }
    const status = statusOf(message, chat);
    const last = !sameRun(message, next) || parted(message.seq);
    rows.push({
      kind: "message",
      // The same key before and after the answer: the bubble on the screen stays the same one.
      key: message.client_id ?? message.id,
      message,
      mine: isMine(message),
      first: !sameRun(before, message) || (before !== undefined && parted(before.seq)),
      last,
      status,
      told: last || (isMine(message) && next !== undefined && statusOf(next, chat) !== status),
      newest: message === newestMine,
    });
    linesUpTo(message.seq);
  });
  linesUpTo(Number.POSITIVE_INFINITY);
  const next = pending.find(({ state }) => state === "waiting" || state === "sending");
  pending.forEach((item, index) => {
    rows.push({
      kind: "pending",
      key: item.clientId,
      item,
      first: index === 0,
      last: index === pending.length - 1,
      next: item === next,
    });
  });
  return rows;
}
