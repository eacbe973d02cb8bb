/** The last thing that can be taken back, for a few seconds. */
import { useSyncExternalStore } from "react";
import type { ShortcutId } from "@/features/shortcut/map";

export const LASTS = 6_000;

export interface Undoable {
  /** The action that was done; its key is worth learning. */
  readonly did: Extract<ShortcutId, "resolve" | "release" | "reopen" | "snooze" | "wake">;
  readonly run: () => Promise<unknown>;
  /** Whether it was done with the pointer. */
  readonly pointed: boolean;
}

let current: Undoable | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let pointed = false;
const listeners = new Set<() => void>();

addEventListener("pointerdown", () => (pointed = true), { capture: true, passive: true });
addEventListener("keydown", () => (pointed = false), { capture: true, passive: true });

function set(next: Undoable | null): void {
  current = next;
  clearTimeout(timer);
  if (next) timer = setTimeout(() => set(null), LASTS);
  for (const listener of listeners) listener();
}

export const offerUndo = (did: Undoable["did"], run: Undoable["run"]): void =>
  set({ did, run, pointed });

export const forgetUndo = (): void => set(null);

/** It stays while somebody is about to press it. */
export function keepUndo(on: boolean): void {
  clearTimeout(timer);
  if (!on && current) timer = setTimeout(() => set(null), LASTS);
}

export async function undo(): Promise<void> {
  const last = current;
  set(null);
  await last?.run();
}

export const useUndo = (): Undoable | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
