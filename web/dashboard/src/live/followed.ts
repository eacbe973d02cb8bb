/** What one screen fetches for itself and then keeps true by the events that come after it. */
import type { EventFrame } from "@chatdesk/client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { desk } from "./desk";
import { queries } from "./query";

interface Snapshot {
  /** The event number this is a snapshot of. */
  readonly head: number;
}

/** `apply` is pure, and gives the same value back when the event does not concern it. */
export type Apply<T> = (value: T, frame: EventFrame) => T;

/** Events up to the snapshot's head are in it already. */
export function follow<T extends Snapshot>(value: T, frame: EventFrame, apply: Apply<T>): T {
  if (frame.seq <= value.head) return value;
  const next = apply(value, frame);
  return next === value ? value : { ...next, head: frame.seq };
}

/** Fetched anew at each visit; in between it is kept by events. `key` names it for ever. */
export function useFollowed<T extends Snapshot>(
  key: readonly string[],
  load: () => Promise<T>,
  apply: Apply<T>,
) {
  const name = key.join(" ");
  const latest = useRef({ key, apply });
  latest.current = { key, apply };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name stands for the key
  useEffect(
    () =>
      desk.watch((frame) => {
        const { key, apply } = latest.current;
        queries.setQueryData<T>([...key], (now) => now && follow(now, frame, apply));
      }),
    [name],
  );
  return useQuery({
    queryKey: [...key],
    staleTime: 0,
    queryFn: async () => {
      const value = await load();
      return desk.after(value.head).reduce((now, frame) => follow(now, frame, apply), value);
    },
  });
}
