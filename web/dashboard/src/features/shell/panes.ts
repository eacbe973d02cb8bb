/** Widths of the side panes and whether they show; remembered in this browser. */
import { useCallback, useState, useSyncExternalStore } from "react";
import { readStored, writeStored } from "@/lib/stored";

interface Panes {
  readonly list: number;
  readonly context: number;
  readonly showList: boolean;
  readonly showContext: boolean;
}

/** CSS pixels. */
export const LIMITS = { list: [240, 440], context: [260, 460] } as const;
export const DEFAULTS: Panes = { list: 280, context: 320, showList: true, showContext: true };

const KEY = "panes";

export function clampWidth(pane: "list" | "context", width: number): number {
  const [least, most] = LIMITS[pane];
  return Math.round(Math.min(most, Math.max(least, width)));
}

function read(): Panes {
  const stored = readStored<Partial<Panes>>(KEY);
  const width = (pane: "list" | "context") =>
    typeof stored?.[pane] === "number" ? clampWidth(pane, stored[pane]) : DEFAULTS[pane];
  return {
    list: width("list"),
    context: width("context"),
    showList: stored?.showList !== false,
    showContext: stored?.showContext !== false,
  };
}

export function usePanes(): [Panes, (change: Partial<Panes>) => void] {
  const [panes, setPanes] = useState(read);
  const change = useCallback((part: Partial<Panes>) => {
    setPanes((now) => {
      const next = { ...now, ...part };
      writeStored(KEY, next);
      return next;
    });
  }, []);
  return [panes, change];
}

type Layout = "one" | "two" | "three";

const two = matchMedia("(min-width: 48rem)");
const three = matchMedia("(min-width: 75rem)");

const layout = (): Layout => (three.matches ? "three" : two.matches ? "two" : "one");

export function useLayout(): Layout {
  return useSyncExternalStore((listener) => {
    two.addEventListener("change", listener);
    three.addEventListener("change", listener);
    return () => {
      two.removeEventListener("change", listener);
      three.removeEventListener("change", listener);
    };
  }, layout);
}
