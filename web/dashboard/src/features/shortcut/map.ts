/**
 * Every action that a key can start, and how keys are written: `j`, `mod+k`, `mod+shift+Enter`, one
 * after another `g i`. `mod` is Ctrl, or ⌘ on a Mac. Pure.
 */

export interface Shortcut {
  /** The keys it has until somebody chooses others; the first is the one that is shown. */
  readonly keys: readonly string[];
  readonly group: Group;
  /** Works in text fields and dialogs too. */
  readonly anywhere?: true;
  /** Moves the focus or belongs to a field: cannot be changed, and is no command of the palette. */
  readonly fixed?: true;
  /** A key alone: not worth a line in the palette. */
  readonly silent?: true;
}

export const GROUPS = ["conversation", "list", "screen", "go", "you"] as const;
export type Group = (typeof GROUPS)[number];

const map = {
  reply: { keys: ["r"], group: "conversation" },
  note: { keys: ["n"], group: "conversation" },
  claim: { keys: ["i"], group: "conversation" },
  assign: { keys: ["a"], group: "conversation" },
  resolve: { keys: ["e"], group: "conversation" },
  reopen: { keys: [], group: "conversation" },
  release: { keys: [], group: "conversation" },
  tag: { keys: ["t"], group: "conversation" },
  priority: { keys: ["p"], group: "conversation" },
  snooze: { keys: ["h"], group: "conversation" },
  wake: { keys: [], group: "conversation" },
  send: { keys: ["mod+Enter"], group: "conversation", fixed: true },
  accept: { keys: ["mod+j"], group: "conversation", anywhere: true },
  pass: { keys: ["mod+."], group: "conversation", anywhere: true },

  next: { keys: ["j", "ArrowDown"], group: "list", silent: true },
  previous: { keys: ["k", "ArrowUp"], group: "list", silent: true },
  open: { keys: ["Enter"], group: "list", fixed: true },
  peek: { keys: ["Space"], group: "list", silent: true },
  showNew: { keys: ["."], group: "list" },

  palette: { keys: ["mod+k"], group: "screen", anywhere: true, silent: true },
  search: { keys: ["/"], group: "screen" },
  help: { keys: ["?"], group: "screen" },
  togglePanes: { keys: ["["], group: "screen" },
  toggleContext: { keys: ["]"], group: "screen" },
  undo: { keys: ["z"], group: "screen" },
  back: { keys: ["Escape"], group: "screen", fixed: true },

  goHome: { keys: ["g h"], group: "go" },
  goInbox: { keys: ["g i"], group: "go" },
  goWaiting: { keys: ["g w"], group: "go" },
  goAll: { keys: ["g a"], group: "go" },
  goResolved: { keys: [], group: "go" },
  goSnoozed: { keys: [], group: "go" },
  goMonitoring: { keys: ["g m"], group: "go" },
  goPeople: { keys: ["g p"], group: "go" },
  goDepartments: { keys: [], group: "go" },
  goRoles: { keys: [], group: "go" },
  goSettings: { keys: ["g s"], group: "go" },
  goAlerts: { keys: [], group: "go" },
  goKeys: { keys: [], group: "go" },
  goWidget: { keys: [], group: "go" },
  goAssignment: { keys: [], group: "go" },
  goCanned: { keys: [], group: "go" },
  goTags: { keys: [], group: "go" },
  goMail: { keys: [], group: "go" },

  available: { keys: ["s 1"], group: "you" },
  break: { keys: ["s 2"], group: "you" },
  training: { keys: ["s 3"], group: "you" },
  floor_support: { keys: ["s 4"], group: "you" },
  not_available: { keys: ["s 5"], group: "you" },
  themeLight: { keys: [], group: "you" },
  themeDark: { keys: [], group: "you" },
  themeSystem: { keys: [], group: "you" },
} as const satisfies Record<string, Shortcut>;

export type ShortcutId = keyof typeof map;
export const SHORTCUTS: Readonly<Record<ShortcutId, Shortcut>> = map;
export const IDS = Object.keys(SHORTCUTS) as ShortcutId[];

/** What somebody chose instead: other keys, or none. */
export type OwnKeys = Readonly<Partial<Record<ShortcutId, readonly string[]>>>;

export const keysOf = (id: ShortcutId, own: OwnKeys): readonly string[] =>
  (SHORTCUTS[id].fixed ? undefined : own[id]) ?? SHORTCUTS[id].keys;

/** What was stored may be of another version: only what can be understood is taken. */
export function readOwn(stored: unknown): OwnKeys {
  const own: Partial<Record<ShortcutId, readonly string[]>> = {};
  if (typeof stored !== "object" || stored === null) return own;
  for (const [id, keys] of Object.entries(stored)) {
    const known = id in SHORTCUTS && !SHORTCUTS[id as ShortcutId].fixed;
    if (!known || !Array.isArray(keys) || keys.length > 4) continue;
    if (keys.every((each) => typeof each === "string" && each !== "" && each.length < 40)) {
      own[id as ShortcutId] = keys;
    }
  }
  return own;
}

type Pressed = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** Keys that only change others. */
const ALONE = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "Dead", "Process"]);

/**
 * The key that was pressed, as it is written here; null when it is none that can be bound. It is the
 * printed one; where letters are not Latin, the Latin one on the same key. Alt is left to typing.
 */
export function chordOf(event: Pressed): string | null {
  if (event.altKey || ALONE.has(event.key)) return null;
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  if (event.key.length > 1) return `${mod}${event.shiftKey ? "shift+" : ""}${event.key}`;
  const latin = /^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase();
  const foreign = /\p{Letter}/u.test(event.key) && !/[a-z]/i.test(event.key);
  const key = event.key === " " ? "Space" : foreign && latin ? latin : event.key.toLowerCase();
  // A shifted sign is a sign of its own; a letter stays the letter.
  const shift = event.shiftKey && /[a-z]|Space/.test(key) ? "shift+" : "";
  return `${mod}${shift}${key}`;
}

/** The action that the keys belong to, among `ids`. */
export function boundTo(keys: string, ids: readonly ShortcutId[], own: OwnKeys): ShortcutId | null {
  return ids.find((id) => keysOf(id, own).includes(keys)) ?? null;
}

/** Whether more is to come after this key. */
export const begins = (key: string, ids: readonly ShortcutId[], own: OwnKeys): boolean =>
  ids.some((id) => keysOf(id, own).some((keys) => keys.startsWith(`${key} `)));

export type Refusal = "moves" | "browser" | "begins";

const MOVES = /^(shift\+)?(Tab|Enter|Escape|Space|Arrow\w+|Home|End|Page\w+|Backspace|Delete)$/;
/** What browsers keep for themselves, whatever a page says; and copy, paste and their like. */
const BROWSER = /^mod\+(shift\+)?([acflnpqrtvwxyz0-9+=-]|Tab)$|^(shift\+)?F\d+$/;

/** Why these keys can be given to nothing; null when they can. */
export function refusalOf(keys: string, own: OwnKeys): Refusal | null {
  if (MOVES.test(keys.split(" ")[0] ?? "")) return "moves";
  if (BROWSER.test(keys)) return "browser";
  return begins(keys, IDS, own) ? "begins" : null;
}

/** Who has these keys already, or keys that could not be told from them. */
export function conflictOf(keys: string, id: ShortcutId, own: OwnKeys): ShortcutId | null {
  const first = keys.split(" ")[0] ?? "";
  const taken = (each: string) => each === keys || (keys.includes(" ") && each === first);
  return IDS.find((other) => other !== id && keysOf(other, own).some(taken)) ?? null;
}

/** The keys given to `id`, and taken from whoever had them. */
export function giveKeys(keys: string, id: ShortcutId, own: OwnKeys): OwnKeys {
  const loser = conflictOf(keys, id, own);
  const rest = loser === null ? {} : { [loser]: without(keys, keysOf(loser, own)) };
  return tidied({ ...own, ...rest, [id]: [keys] });
}

function without(keys: string, from: readonly string[]): readonly string[] {
  const first = keys.split(" ")[0] ?? "";
  return from.filter((each) => each !== keys && (!keys.includes(" ") || each !== first));
}

/** What equals the start is not kept, so that later starts reach it. */
function tidied(own: OwnKeys): OwnKeys {
  const kept = Object.entries(own).filter(
    ([id, keys]) => keys?.join("\n") !== SHORTCUTS[id as ShortcutId].keys.join("\n"),
  );
  return Object.fromEntries(kept);
}

/** As at the start; whoever holds one of its keys by now keeps it. */
export function resetKeys(id: ShortcutId, own: OwnKeys): OwnKeys {
  const { [id]: _, ...others } = own;
  const free = SHORTCUTS[id].keys.filter((keys) => conflictOf(keys, id, others) === null);
  return tidied({ ...others, [id]: free });
}

const SHOWN: Readonly<Record<string, string>> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
  shift: "⇧",
};

/** `mod+k` → `Ctrl`, `K`; `g i` → `g`, `i`. */
export function shownKeys(keys: string, mod: string): string[] {
  return keys.split(" ").flatMap((chord) => {
    const parts = chord === "+" ? ["+"] : chord.split("+").map((part) => part || "+");
    return parts.map((part) => {
      if (part === "mod") return mod;
      const together = parts.length > 1 && part.length === 1;
      return SHOWN[part] ?? (together ? part.toUpperCase() : part);
    });
  });
}
