/** Which events are worth an alert, and whether somebody wants it now. Pure. */
import type { Conversation, EventFrame } from "@chatdesk/client";

export const ALERTS = ["ring", "given", "mine", "waiting", "woke"] as const;
export type AlertKind = (typeof ALERTS)[number];
export const WAYS = ["sound", "desktop"] as const;
export type Way = (typeof WAYS)[number];

export interface Quiet {
  /** As on a clock, "22:00". It may end on the next day. */
  readonly from: string;
  readonly to: string;
}

export interface AlertSettings {
  /** What was chosen otherwise than at the start. */
  readonly chosen: Readonly<Partial<Record<`${AlertKind}.${Way}`, boolean>>>;
  readonly quiet: Quiet | null;
  /** From 0 to 1. */
  readonly volume: number;
}

export const AT_START: AlertSettings = { chosen: {}, quiet: null, volume: 0.8 };

/** What waits in the queue makes a sound, but no notice: everybody would get it at once. */
const OFF_AT_START: ReadonlySet<string> = new Set(["waiting.desktop"]);

export const wants = (settings: AlertSettings, kind: AlertKind, way: Way): boolean =>
  settings.chosen[`${kind}.${way}`] ?? !OFF_AT_START.has(`${kind}.${way}`);

const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** Minutes since midnight; null when it is no time of the clock. */
export function minutesOf(clock: string): number | null {
  const found = CLOCK.exec(clock);
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
}

export function isQuiet(quiet: Quiet | null, now: Date): boolean {
  const from = quiet && minutesOf(quiet.from);
  const to = quiet && minutesOf(quiet.to);
  if (from === null || to === null || from === to) return false;
  const at = now.getHours() * 60 + now.getMinutes();
  return from < to ? at >= from && at < to : at >= from || at < to;
}

export const alertsNow = (s: AlertSettings, kind: AlertKind, way: Way, now: Date): boolean =>
  wants(s, kind, way) && !isQuiet(s.quiet, now);

/** What was stored may be of another version: only what can be understood is taken. */
export function readSettings(stored: unknown): AlertSettings {
  if (typeof stored !== "object" || stored === null) return AT_START;
  const { chosen, quiet, volume } = stored as Record<string, unknown>;
  const known = new Set(ALERTS.flatMap((kind) => WAYS.map((way) => `${kind}.${way}`)));
  const entries = typeof chosen === "object" && chosen !== null ? Object.entries(chosen) : [];
  const { from, to } = (quiet ?? {}) as Record<string, unknown>;
  const clocks = typeof from === "string" && typeof to === "string" ? { from, to } : null;
  const fits = clocks && minutesOf(clocks.from) !== null && minutesOf(clocks.to) !== null;
  return {
    chosen: Object.fromEntries(
      entries.filter(([key, on]) => known.has(key) && typeof on === "boolean"),
    ),
    quiet: fits ? clocks : null,
    volume: typeof volume === "number" && volume >= 0 && volume <= 1 ? volume : AT_START.volume,
  };
}

interface Around {
  readonly me: string;
  /** The conversation on screen while the page is in front; null otherwise. */
  readonly watching: string | null;
  /** Events up to this number are being caught up with, not happening now. */
  readonly caughtUpTo: number;
  conversation: (id: string) => Conversation | undefined;
}

/** What an event is to this agent; null when it needs nothing of them. */
export function alertOf(frame: EventFrame, around: Around): AlertKind | null {
  if (frame.seq <= around.caughtUpTo) return null;
  switch (frame.kind) {
    case "conversation.offered":
      return "ring";
    case "conversation.transferred":
    case "conversation.claimed": {
      const given = frame.data.owner?.id === around.me && frame.actor.id !== around.me;
      return given ? "given" : null;
    }
    case "conversation.woke": {
      const itself = !frame.actor.id?.startsWith("agent_");
      return itself && frame.data.owner?.id === around.me ? "woke" : null;
    }
    case "message.created": {
      const { message } = frame.data;
      if (message.note || message.author.type !== "user") return null;
      if (message.conversation_id === around.watching) return null;
      const owner = around.conversation(message.conversation_id)?.owner;
      if (owner) return owner.id === around.me ? "mine" : null;
      return "waiting";
    }
    default:
      return null;
  }
}
