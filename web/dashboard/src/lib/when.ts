/** A moment to come, as short as it can be said: "14:00", "tomorrow 09:00", "Tue 09:00", "12 May 2026, 09:00". */
import type { TFunction } from "@/lib/i18n";
import { clockTime, dayKey } from "./time";

const DAY = 86_400_000;
const weekday = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const far = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function whenText(t: TFunction, at: string, now: number): string {
  const date = new Date(at);
  const days = Math.round((startOfDay(date) - startOfDay(new Date(now))) / DAY);
  if (dayKey(at) === dayKey(new Date(now).toISOString())) return clockTime(at);
  if (days === 1) return t("time.tomorrow", { time: clockTime(at) });
  return days > 1 && days < 7 ? weekday.format(date) : far.format(date);
}

const startOfDay = (date: Date): number =>
  Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
