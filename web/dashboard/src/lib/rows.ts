/** Which rows of a long list are painted: all rows are of one height, so their places are arithmetic. */
import { type RefObject, useCallback, useLayoutEffect, useState } from "react";

export interface Span {
  /** The first painted row. */
  readonly start: number;
  /** One beyond the last painted row. */
  readonly end: number;
}

/** Painted beyond the edges, so that a quick scroll meets no gap. */
const BEYOND = 10;
/** The span moves in steps of so many rows, not with each. */
const STEP = 4;

/** Pure. `top` and `height` in pixels, of what is in sight. */
export function spanOf(top: number, height: number, row: number, count: number): Span {
  const first = Math.floor(Math.max(0, top) / row);
  const last = Math.ceil((Math.max(0, top) + height) / row);
  const start = Math.max(0, Math.floor((first - BEYOND) / STEP) * STEP);
  const end = Math.min(count, Math.ceil((last + BEYOND) / STEP) * STEP);
  return { start: Math.min(start, end), end };
}

/** Where to scroll so that row `index` is in sight; null when it is. Pure. */
export function scrollFor(index: number, row: number, top: number, height: number): number | null {
  if (index * row < top) return index * row;
  if ((index + 1) * row > top + height) return (index + 1) * row - height;
  return null;
}

export interface Rows extends Span {
  /** The height of all rows together, in pixels. */
  readonly total: number;
  readonly scrollToIndex: (index: number) => void;
}

export function useRows(scroller: RefObject<HTMLElement | null>, count: number, row: number): Rows {
  const [sight, setSight] = useState({ top: 0, height: innerHeight });
  useLayoutEffect(() => {
    const { current: box } = scroller;
    if (!box) return;
    const look = () => {
      const next = { top: box.scrollTop, height: box.clientHeight };
      setSight((before) => {
        const was = spanOf(before.top, before.height, row, count);
        const is = spanOf(next.top, next.height, row, count);
        return was.start === is.start && was.end === is.end ? before : next;
      });
    };
    look();
    const sized = new ResizeObserver(look);
    sized.observe(box);
    box.addEventListener("scroll", look, { passive: true });
    return () => {
      sized.disconnect();
      box.removeEventListener("scroll", look);
    };
  }, [scroller, row, count]);
  const scrollToIndex = useCallback(
    (index: number) => {
      const { current: box } = scroller;
      const top = box ? scrollFor(index, row, box.scrollTop, box.clientHeight) : null;
      if (top !== null) box?.scrollTo({ top });
    },
    [scroller, row],
  );
  return { ...spanOf(sight.top, sight.height, row, count), total: count * row, scrollToIndex };
}
