/**
 * The language of the screens. `translation` is what every screen needs and is built in; a namespace beside it
 * (`locales/<language>/<namespace>.json`) belongs to one lazily loaded screen, comes with it, and suspends until it is here.
 * Plurals are `key_one`, `key_other` (the language's own rules); `{{name}}` is filled in as text.
 */

import type alert from "@/locales/en/alert.json";
import type canned from "@/locales/en/canned.json";
import type contact from "@/locales/en/contact.json";
import type file from "@/locales/en/file.json";
import type handover from "@/locales/en/handover.json";
import type label from "@/locales/en/label.json";
import type mail from "@/locales/en/mail.json";
import type profile from "@/locales/en/profile.json";
import type ring from "@/locales/en/ring.json";
import type routing from "@/locales/en/routing.json";
import type search from "@/locales/en/search.json";
import type shortcut from "@/locales/en/shortcut.json";
import type snooze from "@/locales/en/snooze.json";
import type team from "@/locales/en/team.json";
import en from "@/locales/en/translation.json";
import type widget from "@/locales/en/widget.json";

/** One line for each file in locales/en. */
interface Resources {
  canned: typeof canned;
  alert: typeof alert;
  file: typeof file;
  label: typeof label;
  handover: typeof handover;
  mail: typeof mail;
  translation: typeof en;
  contact: typeof contact;
  profile: typeof profile;
  search: typeof search;
  shortcut: typeof shortcut;
  snooze: typeof snooze;
  team: typeof team;
  widget: typeof widget;
  ring: typeof ring;
  routing: typeof routing;
}

export type Namespace = keyof Resources;

type Plural = "zero" | "one" | "two" | "few" | "many" | "other";
type Single<K extends string> = K extends `${infer Base}_${Plural}` ? Base : K;
type KeyIn<T, Before extends string = ""> = {
  [K in keyof T & string]: T[K] extends string
    ? `${Before}${Single<K>}`
    : KeyIn<T[K], `${Before}${K}.`>;
}[keyof T & string];

export type Key<N extends Namespace = "translation"> = KeyIn<Resources[N]>;
export type Values = Readonly<Record<string, string | number | null | undefined>>;

/** The words of a key, with `values` filled in; `count` chooses the plural. */
export type TFunction<N extends Namespace = "translation"> = (
  key: Key<N>,
  values?: Values,
) => string;

type Tree = { readonly [key: string]: string | Tree };

const LANGUAGE = "en";
const plurals = new Intl.PluralRules(LANGUAGE);

const files = import.meta.glob<{ default: Tree }>([
  "../locales/*/*.json",
  "!../locales/en/translation.json",
]);

function flatten(tree: Tree, before = "", into = new Map<string, string>()): Map<string, string> {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") into.set(before + key, value);
    else flatten(value, `${before}${key}.`, into);
  }
  return into;
}

const text = (value: string | number | null | undefined): string =>
  value === null || value === undefined ? "" : String(value);

/** Words that are missing show their key, so that a gap is seen and breaks nothing. */
export function translator(tree: Tree): (key: string, values?: Values) => string {
  const words = flatten(tree);
  return (key, values) => {
    const count = values?.count;
    const plural = typeof count === "number" ? words.get(`${key}_${plurals.select(count)}`) : null;
    const found = plural ?? words.get(key) ?? words.get(`${key}_other`) ?? key;
    if (!values) return found;
    return found.replace(/\{\{(\w+)\}\}/g, (_, name: string) => text(values[name]));
  };
}

/** The words every screen has, for what is said outside of one. */
export const t: TFunction = translator(en);

const here = new Map<Namespace, TFunction<never>>([["translation", t as TFunction<never>]]);
const coming = new Map<Namespace, Promise<unknown>>();
const failed = new Map<Namespace, Error>();

/** A screen that could not get its words says so; only after this long may it ask anew, lest it ask without end. */
const FAILED_STAYS = 2_000;

/** Fetches a namespace ahead of the screen that shows it. */
export function loadWords(namespace: Namespace): Promise<unknown> {
  const known = coming.get(namespace);
  if (known) return known;
  const file = files[`../locales/${LANGUAGE}/${namespace}.json`];
  const loading = file
    ? file().then(({ default: tree }) => here.set(namespace, translator(tree) as TFunction<never>))
    : Promise.reject(new Error(`no words for ${namespace}`));
  coming.set(namespace, loading);
  loading.catch((error: Error) => {
    failed.set(namespace, error);
    setTimeout(() => {
      coming.delete(namespace);
      failed.delete(namespace);
    }, FAILED_STAYS);
  });
  return loading;
}

/**
 * The words of a namespace; suspends until they are here. By a thrown promise: a component that waited with `use` and, when
 * React runs it again, need not wait any more loses the place of its other hooks (React's error 467).
 */
export function useTranslation<N extends Namespace = "translation">(
  namespace: N = "translation" as N,
): { readonly t: TFunction<N> } {
  const words = here.get(namespace);
  if (!words) throw failed.get(namespace) ?? loadWords(namespace);
  return { t: words as unknown as TFunction<N> };
}
