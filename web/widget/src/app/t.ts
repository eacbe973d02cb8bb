/** Words and dates in the visitor's language; each language is one file. */
import { chat as english } from "../locales/en.json";

export type Word = keyof typeof english;

const LANGUAGES: Record<string, Record<Word, string>> = { en: english };
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

let words: Record<Word, string> = english;
/** For dates and numbers: may be finer than the words, as en-GB is, or have no words yet. */
let locale = "en";

/** The first of the wanted, the browser's and ours that can be had. */
export function setLocale(wanted: string | null): void {
  const wishes = [wanted, ...navigator.languages, "en"].filter(isLocale);
  locale = wishes[0] ?? "en";
  const language = wishes.map((wish) => wish.split("-", 1)[0] ?? "").find((l) => l in LANGUAGES);
  words = LANGUAGES[language ?? "en"] ?? english;
  const { documentElement } = document;
  documentElement.lang = language ?? "en";
  documentElement.dir = RIGHT_TO_LEFT.has(documentElement.lang) ? "rtl" : "ltr";
}

function isLocale(wanted: string | null): wanted is string {
  try {
    return wanted !== null && Intl.DateTimeFormat.supportedLocalesOf(wanted).length > 0;
  } catch {
    return false;
  }
}

export function t(word: Word, values: Record<string, string | number> = {}): string {
  return words[word].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}

/** "1 new message", "3 new messages". */
export function plural(n: number, one: Word, many: Word): string {
  return t(n === 1 ? one : many, { n });
}

export function currentLocale(): string {
  return locale;
}

export function clock(iso: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }).format(
    new Date(iso),
  );
}

const dayOf = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());

export function dayKey(iso: string): string {
  return dayOf(new Date(iso)).toDateString();
}

/** "Today", "Yesterday", else the date; the year only when it is another. */
export function dayName(iso: string, now: Date = new Date()): string {
  const day = dayOf(new Date(iso));
  const apart = Math.round((dayOf(now).getTime() - day.getTime()) / 86_400_000);
  if (apart === 0) return t("today");
  if (apart === 1) return t("yesterday");
  const year = day.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  return new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...year,
  }).format(day);
}
