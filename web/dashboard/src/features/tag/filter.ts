/** The tag by which the lists are filtered; it stays while one goes from list to list. */
import { useSyncExternalStore } from "react";

let chosen: string | null = null;
const listeners = new Set<() => void>();

export function filterByTag(id: string | null): void {
  chosen = id;
  for (const listener of listeners) listener();
}

export function useTagFilter(): string | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => chosen,
  );
}
