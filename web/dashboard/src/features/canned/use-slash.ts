/** What the composer knows of canned replies: whether the cursor stands behind a slash, and who takes the keys then. */
import { type KeyboardEvent, type RefObject, useRef, useState } from "react";
import { slashAt } from "./live";

/** True when the list took the key. */
export type TakesKey = (event: KeyboardEvent) => boolean;

interface Slash {
  readonly from: number;
  readonly to: number;
  readonly words: string;
}

export function useSlash(field: RefObject<HTMLTextAreaElement | null>) {
  const [slash, setSlash] = useState<Slash | null>(null);
  const keys = useRef<TakesKey>(null);
  /** Called whenever text or cursor changed. */
  const look = () => {
    const { current } = field;
    const end = current?.selectionEnd ?? 0;
    const found = current && current.selectionStart === end ? slashAt(current.value, end) : null;
    setSlash(found && { ...found, to: end });
  };
  const takes = (event: KeyboardEvent) =>
    !event.nativeEvent.isComposing && (keys.current?.(event) ?? false);
  return { slash, keys, takes, look, close: () => setSlash(null) };
}

export type Slashed = ReturnType<typeof useSlash>;
