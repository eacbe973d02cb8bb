/**
 * What the frame keeps in its own storage for this tab: unsent messages and the half-written one.
 * Storage may be refused to a frame; then both live as long as the page.
 */
import type { OutboxStorage } from "@chatdesk/client/outbox";

function storage(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

/** Whoever comes next on this device finds nothing of whoever left. */
export function forgetAll(): void {
  try {
    storage()?.clear();
  } catch {
    // Refused: then nothing was kept.
  }
}

export function outboxStorage(key: string): OutboxStorage {
  const name = `chatdesk:unsent:${key}`;
  return {
    load: () => JSON.parse(storage()?.getItem(name) ?? "[]"),
    save: (items) => {
      if (items.length === 0) storage()?.removeItem(name);
      else storage()?.setItem(name, JSON.stringify(items));
    },
  };
}

export interface DraftKeeper {
  load: () => string;
  save: (text: string) => void;
}

export function draftKeeper(key: string): DraftKeeper {
  const name = `chatdesk:draft:${key}`;
  let kept = "";
  return {
    load: () => {
      try {
        return storage()?.getItem(name) ?? kept;
      } catch {
        return kept;
      }
    },
    save: (text) => {
      kept = text;
      try {
        if (text === "") storage()?.removeItem(name);
        else storage()?.setItem(name, text);
      } catch {
        // Full or refused: `kept` has it.
      }
    },
  };
}
