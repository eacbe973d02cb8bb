/** What an inbox says by itself: its words in the visitor's language, whether people are there, and how fast they answer. Pure. */
import type { ChatInbox, Widget, WidgetTexts } from "@chatdesk/client/types";

/** The inbox's own words for something; empty where the built-in ones stand. */
export function wordsOf(inbox: ChatInbox, name: keyof WidgetTexts, locale: string): string {
  const { languages, texts } = inbox.widget;
  const exact = languages[locale]?.[name];
  return exact || languages[locale.split("-", 1)[0] ?? ""]?.[name] || texts[name];
}

export function greetingOf(inbox: ChatInbox, locale: string): string {
  return wordsOf(inbox, "greeting", locale) || inbox.greeting;
}

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Whether people are there at a moment; always, where no hours are set or the browser does not know the time zone. */
export function isOpen({ enabled, time_zone, open }: Widget["hours"], at: Date): boolean {
  if (!enabled) return true;
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: time_zone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const day = DAYS.indexOf(parts.get("weekday") ?? "") + 1;
    const minute = Number(parts.get("hour")) * 60 + Number(parts.get("minute"));
    return open.some((each) => each.day === day && each.from <= minute && minute < each.to);
  } catch {
    return true;
  }
}

export type Pace =
  | { word: "replies_soon" }
  | { word: "replies_minutes" | "replies_hours"; n: number };

/** How to say a time that was measured, in seconds. It is rounded up: nobody minds an early answer. */
export function paceOf(seconds: number): Pace {
  if (seconds <= 60) return { word: "replies_soon" };
  if (seconds <= 90 * 60) return { word: "replies_minutes", n: Math.ceil(seconds / 60) };
  return { word: "replies_hours", n: Math.ceil(seconds / 3600) };
}
