/**
 * Single-key shortcuts. They work while no field has focus, match the printed key, and the help
 * shows exactly those that are bound at the moment.
 */
import { useEffect, useRef, useSyncExternalStore } from "react";

/** Every shortcut there is: its keys as shown, and how they are matched. */
export const SHORTCUTS = {
  next: { shown: ["j", "↓"], match: ["j", "ArrowDown"], group: "list" },
  previous: { shown: ["k", "↑"], match: ["k", "ArrowUp"], group: "list" },
  open: { shown: ["Enter"], match: [], group: "list" },
  showNew: { shown: ["."], match: ["."], group: "list" },
  reply: { shown: ["r"], match: ["r"], group: "conversation" },
  note: { shown: ["n"], match: ["n"], group: "conversation" },
  claim: { shown: ["i"], match: ["i"], group: "conversation" },
  resolve: { shown: ["e"], match: ["e"], group: "conversation" },
  send: { shown: ["mod Enter"], match: [], group: "conversation" },
  togglePanes: { shown: ["["], match: ["["], group: "screen" },
  toggleContext: { shown: ["]"], match: ["]"], group: "screen" },
  goHome: { shown: ["g h"], match: ["g h"], group: "screen" },
  goInbox: { shown: ["g i"], match: ["g i"], group: "screen" },
  goWaiting: { shown: ["g w"], match: ["g w"], group: "screen" },
  search: { shown: ["/"], match: ["/"], group: "screen" },
  goSettings: { shown: ["g s"], match: ["g s"], group: "screen" },
  help: { shown: ["?"], match: ["?"], group: "screen" },
  back: { shown: ["Esc"], match: ["Escape"], group: "screen" },
} as const;

export type ShortcutId = keyof typeof SHORTCUTS;

/** Return false to leave the key to the browser. */
type Handler = (event: KeyboardEvent) => unknown;

const bound = new Map<ShortcutId, Handler[]>();
const listeners = new Set<() => void>();
let boundIds: readonly ShortcutId[] = [];
let pending: string | null = null;
let pendingTimer: ReturnType<typeof setTimeout> | undefined;

const SEQUENCE_WITHIN = 1_200;
const STARTERS = new Set(["g"]);

function refresh(): void {
  boundIds = (Object.keys(SHORTCUTS) as ShortcutId[]).filter((id) => bound.get(id)?.length);
  for (const listener of listeners) listener();
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function inPopup(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("[role=menu],[role=dialog],[role=alertdialog]") !== null
  );
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (isField(event.target) || inPopup(event.target)) return;
  const typed = pending ? `${pending} ${event.key}` : event.key;
  clearTimeout(pendingTimer);
  pending = null;
  const id = boundIds.find((each) => (SHORTCUTS[each].match as readonly string[]).includes(typed));
  if (id) {
    const handler = bound.get(id)?.at(-1);
    if (handler && handler(event) !== false) event.preventDefault();
    return;
  }
  if (STARTERS.has(event.key)) {
    pending = event.key;
    pendingTimer = setTimeout(() => {
      pending = null;
    }, SEQUENCE_WITHIN);
  }
}

/** Listens for as long as the page lives. */
export function listenForShortcuts(): () => void {
  addEventListener("keydown", onKeyDown);
  return () => removeEventListener("keydown", onKeyDown);
}

/** Binds while mounted; the innermost binding of a key wins. */
export function useShortcut(id: ShortcutId, handler: Handler, enabled = true): void {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    if (!enabled) return;
    const call: Handler = (event) => latest.current(event);
    bound.set(id, [...(bound.get(id) ?? []), call]);
    refresh();
    return () => {
      bound.set(
        id,
        (bound.get(id) ?? []).filter((each) => each !== call),
      );
      refresh();
    };
  }, [id, enabled]);
}

export function useBoundShortcuts(): readonly ShortcutId[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => boundIds,
  );
}

export const MOD = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";

/** `mod Enter` → `⌘ Enter` or `Ctrl Enter`. */
export const shownKeys = (keys: string): string[] =>
  keys.split(" ").map((key) => (key === "mod" ? MOD : key));
