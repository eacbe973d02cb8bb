/** Which shortcuts work at this moment: bound by what is on screen, pressed as the person chose them. */
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { readStored, writeStored } from "@/lib/stored";
import {
  begins,
  boundTo,
  chordOf,
  IDS,
  keysOf,
  type OwnKeys,
  readOwn,
  SHORTCUTS,
  type ShortcutId,
  shownKeys,
} from "./map";

/** Return false to leave the key to the browser. */
type Handler = () => unknown;

const bound = new Map<ShortcutId, Handler[]>();
const listeners = new Set<() => void>();
let boundIds: readonly ShortcutId[] = [];
let own: OwnKeys = readOwn(readStored("keys"));
let held = false;
let pending: string | null = null;
let pendingTimer: ReturnType<typeof setTimeout> | undefined;

const SEQUENCE_WITHIN = 1_200;

export const MOD = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";

function tell(): void {
  for (const listener of listeners) listener();
}

function refresh(): void {
  boundIds = IDS.filter((id) => bound.get(id)?.length);
  tell();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

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

function call(id: ShortcutId, event: KeyboardEvent): void {
  const handler = bound.get(id)?.at(-1);
  if (!handler || handler() === false) return;
  event.preventDefault();
  if (SHORTCUTS[id].anywhere) event.stopPropagation();
}

/** Before any field hears of it. */
function onKeyAnywhere(event: KeyboardEvent): void {
  const keys = held || event.isComposing ? null : chordOf(event);
  if (keys === null || (isField(event.target) && !keys.startsWith("mod+"))) return;
  const ids = boundIds.filter((id) => SHORTCUTS[id].anywhere);
  const id = boundTo(keys, ids, own);
  if (id) call(id, event);
}

function onKey(event: KeyboardEvent): void {
  if (held || event.defaultPrevented || event.isComposing) return;
  if (isField(event.target) || inPopup(event.target)) return;
  const key = chordOf(event);
  if (key === null) return;
  const before = pending;
  clearTimeout(pendingTimer);
  pending = null;
  const id = boundTo(before === null ? key : `${before} ${key}`, boundIds, own);
  if (id) call(id, event);
  else if (begins(key, boundIds, own)) {
    pending = key;
    pendingTimer = setTimeout(() => {
      pending = null;
    }, SEQUENCE_WITHIN);
  }
}

/** Listens for as long as the page lives. */
export function listenForShortcuts(): () => void {
  addEventListener("keydown", onKeyAnywhere, { capture: true });
  addEventListener("keydown", onKey);
  return () => {
    removeEventListener("keydown", onKeyAnywhere, { capture: true });
    removeEventListener("keydown", onKey);
  };
}

type Handlers = Readonly<Partial<Record<ShortcutId, Handler | false>>>;

/** Binds while mounted what is not `false`; the innermost binding of an action wins. */
export function useShortcuts(handlers: Handlers): void {
  const latest = useRef(handlers);
  latest.current = handlers;
  const wanted = IDS.filter((id) => handlers[id]).join(" ");
  useEffect(() => {
    const mine = wanted.split(" ").filter(Boolean) as ShortcutId[];
    const calls = mine.map((id): [ShortcutId, Handler] => [
      id,
      () => {
        const handler = latest.current[id];
        return handler ? handler() : false;
      },
    ]);
    for (const [id, each] of calls) bound.set(id, [...(bound.get(id) ?? []), each]);
    refresh();
    return () => {
      for (const [id, each] of calls) {
        const others = bound.get(id)?.filter((other) => other !== each) ?? [];
        bound.set(id, others);
      }
      refresh();
    };
  }, [wanted]);
}

export function useShortcut(id: ShortcutId, handler: Handler, enabled = true): void {
  useShortcuts({ [id]: enabled && handler });
}

/** Does what the action's key would do at this moment. */
export const runShortcut = (id: ShortcutId): unknown => bound.get(id)?.at(-1)?.();

export const useBoundShortcuts = (): readonly ShortcutId[] =>
  useSyncExternalStore(subscribe, () => boundIds);

export const useOwnKeys = (): OwnKeys => useSyncExternalStore(subscribe, () => own);

export function keepOwnKeys(next: OwnKeys): void {
  own = next;
  writeStored("keys", Object.keys(next).length === 0 ? null : next);
  tell();
}

/** While a key is being chosen none does anything. */
export function holdShortcuts(on: boolean): void {
  held = on;
}

/** The keys of an action for a hint beside it: `g i`, `Ctrl K`; undefined when it has none. */
export function useKeyHint(id: ShortcutId): string | undefined {
  const chosen = useOwnKeys();
  return useMemo(() => {
    const first = keysOf(id, chosen)[0];
    return first === undefined ? undefined : shownKeys(first, MOD).join(" ");
  }, [id, chosen]);
}
