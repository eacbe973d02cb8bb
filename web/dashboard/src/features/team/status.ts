/** The five statuses: their order, shapes and colours, and how long a break lasts. Pure. */
import type { AgentStatus } from "@chatdesk/client";

export const STATUSES: readonly AgentStatus[] = [
  "available",
  "break",
  "training",
  "floor_support",
  "not_available",
];

/** Colour is never alone: each status has a shape of its own. */
export const SHAPES: Record<AgentStatus, { shape: string; colour: string }> = {
  available: { shape: "●", colour: "text-ok" },
  break: { shape: "◐", colour: "text-warn" },
  training: { shape: "▲", colour: "text-ai" },
  floor_support: { shape: "◆", colour: "text-accent" },
  not_available: { shape: "○", colour: "text-away" },
};

/** Minutes a break may be said to last. */
export const BREAKS = [5, 15, 30, 60] as const;

/** When something that begins at `now` (ms) and lasts `minutes` is over. */
export const after = (now: number, minutes: number): string =>
  new Date(now + minutes * 60_000).toISOString();
