/** The person's choice of theme; the script in the head applies it, before the first paint too. */
import { useState } from "react";

export type Theme = "system" | "light" | "dark";

// Read as plain text by the script in the head, so not through `stored`.
const KEY = "chatdesk.theme";

function read(): Theme {
  try {
    const choice = localStorage.getItem(KEY);
    return choice === "light" || choice === "dark" ? choice : "system";
  } catch {
    return "system";
  }
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(read);
  const choose = (next: Theme) => {
    try {
      if (next === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, next);
    } catch {
      // Not remembered then.
    }
    dispatchEvent(new Event("chatdesk:theme"));
    setTheme(next);
  };
  return [theme, choose];
}
