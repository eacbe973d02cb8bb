/** The person's choice of theme; the script in the head applies it, before the first paint too. */
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";

// Read as plain text by the script in the head, so not through `stored`.
const KEY = "chatdesk.theme";
const CHANGED = "chatdesk:theme";

function read(): Theme {
  try {
    const choice = localStorage.getItem(KEY);
    return choice === "light" || choice === "dark" ? choice : "system";
  } catch {
    return "system";
  }
}

export function chooseTheme(next: Theme): void {
  try {
    if (next === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // Not remembered then.
  }
  dispatchEvent(new Event(CHANGED));
}

/** The choice as it stands, wherever it is made. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore((listener) => {
    addEventListener(CHANGED, listener);
    return () => removeEventListener(CHANGED, listener);
  }, read);
  return [theme, chooseTheme];
}
