/** The times that are offered for sleeping, in the time zone of this browser. Pure. */

export type PresetName = "hour" | "later" | "tomorrow" | "monday" | "week";

export interface Preset {
  readonly name: PresetName;
  readonly at: string;
}

const HOUR = 3_600_000;
const MORNING = 9;
const EVENING = 18;
const MONDAY = 1;

/** Nine in the morning so many days on. Summer time may begin in between: the clock is what counts. */
function morning(now: Date, days: number): string {
  const at = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);
  return at.toISOString();
}

export function presetsAt(now: number): readonly Preset[] {
  const date = new Date(now);
  const later = new Date(now + 3 * HOUR);
  const today = later.getDate() === date.getDate() && later.getHours() < EVENING;
  const toMonday = (MONDAY - date.getDay() + 7) % 7 || 7;
  return [
    { name: "hour", at: new Date(now + HOUR).toISOString() },
    ...(today ? [{ name: "later" as const, at: later.toISOString() }] : []),
    { name: "tomorrow", at: morning(date, 1) },
    ...(toMonday > 1 ? [{ name: "monday" as const, at: morning(date, toMonday) }] : []),
    { name: "week", at: morning(date, 7) },
  ];
}

const two = (value: number): string => String(value).padStart(2, "0");

/** As a field for date and time holds it. */
export function fieldOf(at: string): string {
  const d = new Date(at);
  const day = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
  return `${day}T${two(d.getHours())}:${two(d.getMinutes())}`;
}

/** The moment that such a field says; null when it says none that is still to come within a year. */
export function momentOf(field: string, now: number): string | null {
  const at = new Date(field).getTime();
  return Number.isNaN(at) || at <= now || at > now + 365 * 24 * HOUR
    ? null
    : new Date(at).toISOString();
}
