/**
 * The two flags kept in the site's own storage: the panel is open (this tab), a chat is running
 * (thirty days). Neither is secret; storage may be refused, then nothing is remembered.
 */

const MONTH = 30 * 24 * 3_600_000;

export interface Memory {
  wasOpen: () => boolean;
  setOpen: (open: boolean) => void;
  isRunning: () => boolean;
  setRunning: (running: boolean) => void;
  lasts: boolean;
}

/** For a page that should remember nothing. */
export const noMemory: Memory = {
  lasts: false,
  wasOpen: () => false,
  setOpen: () => {},
  isRunning: () => false,
  setRunning: () => {},
};

export function attempt<T>(action: () => T, otherwise: T): T {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

export function memoryFor(key: string): Memory {
  const open = `chatdesk:open:${key}`;
  const running = `chatdesk:running:${key}`;
  return {
    lasts: true,
    wasOpen: () => attempt(() => sessionStorage.getItem(open) === "1", false),
    setOpen: (on) =>
      attempt(
        () => (on ? sessionStorage.setItem(open, "1") : sessionStorage.removeItem(open)),
        undefined,
      ),
    isRunning: () => attempt(() => Number(localStorage.getItem(running)) > Date.now(), false),
    setRunning: (on) =>
      attempt(
        () =>
          on
            ? localStorage.setItem(running, String(Date.now() + MONTH))
            : localStorage.removeItem(running),
        undefined,
      ),
  };
}
