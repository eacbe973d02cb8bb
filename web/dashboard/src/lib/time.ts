/** Times as people read them. `now` is always given, so every screen agrees. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Ago = { unit: "now" | "minute" | "hour" | "day" | "week"; count: number };

/** How long ago, in the largest unit that is not zero. */
export function ago(at: string, now: number): Ago {
  const passed = Math.max(0, now - Date.parse(at));
  if (passed < MINUTE) return { unit: "now", count: 0 };
  if (passed < HOUR) return { unit: "minute", count: Math.floor(passed / MINUTE) };
  if (passed < DAY) return { unit: "hour", count: Math.floor(passed / HOUR) };
  if (passed < 14 * DAY) return { unit: "day", count: Math.floor(passed / DAY) };
  return { unit: "week", count: Math.floor(passed / (7 * DAY)) };
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

export const clockTime = (at: string): string => clock.format(new Date(at));
export const fullTime = (at: string): string => full.format(new Date(at));
export const shortDate = (at: string): string => date.format(new Date(at));

/** The local calendar day, for telling days apart. */
export function dayKey(at: string): string {
  const d = new Date(at);
  return `${d.getFullYear()}-${d.getMonth()}-${d.getDate()}`;
}

/** 0 today, 1 yesterday, else null. */
export function daysBack(at: string, now: number): 0 | 1 | null {
  const key = dayKey(at);
  if (key === dayKey(new Date(now).toISOString())) return 0;
  if (key === dayKey(new Date(now - DAY).toISOString())) return 1;
  return null;
}

export const dayName = (at: string): string => day.format(new Date(at));
