/** Which of a conversation's dialogs is open. Its code is fetched when somebody asks for one. */
import { useSyncExternalStore } from "react";

export type Question = "handover" | "takeover";

interface Asking {
  readonly id: string;
  readonly question: Question;
}

let asking: Asking | null = null;
const listeners = new Set<() => void>();

function set(next: Asking | null): void {
  asking = next;
  for (const listener of listeners) listener();
}

export const ask = (id: string, question: Question): void => set({ id, question });
export const stopAsking = (): void => set(null);

/** What is asked about this conversation now. */
export function useAsking(id: string): Question | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => (asking?.id === id ? asking.question : null),
  );
}
