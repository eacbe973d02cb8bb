/** Words, numbers and dates in the visitor's language; each language is one file, fetched when it is wanted. */
import english from "../locales/en.json";

export type Word = keyof typeof english;
type Words = Record<Word, string>;

const files = import.meta.glob<Words>(["../locales/*.json", "!../locales/{en,launcher}.json"], {
  import: "default",
});
const known = new Map<string, () => Promise<Words>>([["en", async () => english]]);
for (const [path, load] of Object.entries(files)) {
  known.set(path.replace(/^.*\/(\w+)\.json$/, "$1"), load);
}
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

let words: Words = english;
/** For dates and numbers: may be finer than the words, as en-GB is, or have no words yet. */
let locale = "en";
let asked = 0;

/**
 * The first of the wanted, the browser's and ours that can be had. Settles once its words are here; where they cannot
 * be fetched it stays at the words there are.
 */
export async function setLocale(wanted: string | null): Promise<void> {
  const wishes = [wanted, ...navigator.languages, "en"].filter(isLocale);
  const language = wishes.map((wish) => wish.split("-", 1)[0] ?? "").find((l) => known.has(l));
  const mine = ++asked;
  locale = wishes[0] ?? "en";
  try {
    const fetched = language === "en" ? english : await known.get(language ?? "en")?.();
    if (mine !== asked) return;
    words = fetched ?? english;
  } catch {
    return;
  }
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
    name in values ? shown(values[name] as string | number) : whole,
  );
}

function shown(value: string | number): string {
  return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value;
}

/** The language of the words, `pt`. */
export function currentLanguage(): string {
  return document.documentElement.lang || "en";
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
