/** How close the rows of the list stand, as this browser was told. */
import { useSyncExternalStore } from "react";
import { readStored, writeStored } from "@/lib/stored";

export type Density = "comfortable" | "compact";
export const DENSITIES: readonly Density[] = ["comfortable", "compact"];

/** The height of a row, in pixels. */
export const ROW_HEIGHT: Readonly<Record<Density, number>> = { comfortable: 56, compact: 40 };

let density: Density = readStored<string>("density") === "compact" ? "compact" : "comfortable";
const listeners = new Set<() => void>();

export function chooseDensity(next: Density): void {
  density = next;
  writeStored("density", next === "compact" ? next : null);
  for (const listener of listeners) listener();
}

export const useDensity = (): Density =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => density,
  );
