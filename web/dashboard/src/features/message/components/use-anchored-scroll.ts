/**
 * Scrolling of a thread: which slice is painted, what stays put when things are added above or
 * below, when older messages are fetched. Measures only; paints nothing.
 */
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";
import { fetchOlder } from "@/features/conversation/api";
import { type Entry, type Window, windowAt, windowDown, windowUp } from "../timeline";

const NEAR_BOTTOM = 48;
const NEAR_EDGE = 600;
/** Pixels kept above the first unread message. */
const ABOVE_UNREAD = 24;

interface Input {
  id: string;
  entries: readonly Entry[];
  pending: number;
  complete: boolean;
  /** Key of the entry to begin at; null begins at the end. */
  startAt: string | null;
}

interface Anchor {
  readonly key: string;
  readonly top: number;
}

/** The first message in sight, and where it stands. Days and lines come and go, messages stay. */
function anchorIn(box: HTMLElement): Anchor | null {
  const edge = box.getBoundingClientRect().top;
  for (const element of box.querySelectorAll<HTMLElement>("[data-message]")) {
    const { bottom, top } = element.getBoundingClientRect();
    const key = element.dataset.entry;
    if (bottom > edge && key) return { key, top: top - edge };
  }
  return null;
}

function restore(box: HTMLElement, anchor: Anchor): void {
  const element = box.querySelector<HTMLElement>(`[data-entry="${CSS.escape(anchor.key)}"]`);
  if (!element) return;
  const top = element.getBoundingClientRect().top - box.getBoundingClientRect().top;
  box.scrollTop += top - anchor.top;
}

const fromBottom = (box: HTMLElement) => box.scrollHeight - box.scrollTop - box.clientHeight;

export function useAnchoredScroll({ id, entries, pending, complete, startAt }: Input) {
  const box = useRef<HTMLElement>(null);
  const stick = useRef(startAt === null);
  const anchor = useRef<Anchor | null>(startAt ? { key: startAt, top: ABOVE_UNREAD } : null);
  const [window, setWindow] = useWindow(entries, startAt, stick);
  const [atBottom, setAtBottom] = useState(startAt === null);
  const last = entries.at(-1)?.key;
  const [seenKey, setSeenKey] = useState(last);
  const older = useOlder(id, complete);
  const count = entries.length;
  usePlacing(box, stick, anchor, [window, count, pending]);

  const onScroll = useCallback(() => {
    const element = box.current;
    if (!element) return;
    const bottom = window.end === count && fromBottom(element) < NEAR_BOTTOM;
    stick.current = bottom;
    anchor.current = bottom ? null : anchorIn(element);
    setAtBottom(bottom);
    if (bottom) setSeenKey(last);
    if (element.scrollTop < NEAR_EDGE) {
      if (window.start > 0) setWindow(windowUp(window));
      else older.fetch();
    }
    if (fromBottom(element) < NEAR_EDGE && window.end < count) {
      setWindow(windowDown(window, count));
    }
  }, [window, setWindow, older, last, count]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what came may still leave room above
  useLayoutEffect(onScroll, [count]);

  const toBottom = useCallback(() => {
    stick.current = true;
    anchor.current = null;
    setWindow(windowAt(count, null));
    setAtBottom(true);
    setSeenKey(last);
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [last, count, setWindow]);

  return {
    box: box as RefObject<HTMLElement>,
    onScroll,
    window,
    atBottom,
    below: atBottom ? 0 : messagesAfter(entries, seenKey),
    away: !atBottom && window.end < count,
    toBottom,
    failed: older.failed,
    retryOlder: older.fetch,
  };
}

interface Basis {
  readonly count: number;
  /** The first message: days and lines above it may come and go. */
  readonly first: string | undefined;
}

const basisOf = (entries: readonly Entry[]): Basis => ({
  count: entries.length,
  first: entries.find((entry) => entry.type === "message")?.key,
});

/** The slice to paint, kept on the same entries while others come above or below. */
function useWindow(
  entries: readonly Entry[],
  startAt: string | null,
  stick: RefObject<boolean>,
): [Window, (window: Window) => void] {
  const [state, setState] = useState(() => {
    const index = entries.findIndex((entry) => entry.key === startAt);
    return { window: windowAt(entries.length, index < 0 ? null : index), basis: basisOf(entries) };
  });
  const basis = basisOf(entries);
  let { window } = state;
  if (basis.count !== state.basis.count || basis.first !== state.basis.first) {
    window = shifted(window, state.basis, basis, stick.current);
    setState({ window, basis });
  }
  const setWindow = useCallback(
    (next: Window) => setState((now) => ({ window: next, basis: now.basis })),
    [],
  );
  return [window, setWindow];
}

/** The same slice after entries were added: above moves it, below only extends it at the end. */
function shifted(window: Window, before: Basis, after: Basis, stick: boolean): Window {
  const { count } = after;
  if (stick || before.count === 0) return windowAt(count, null);
  if (after.first === before.first) {
    return window.end === before.count ? { ...window, end: count } : window;
  }
  const added = count - before.count;
  return windowUp({ start: window.start + added, end: Math.min(count, window.end + added) });
}

/** Messages after the entry last seen at the bottom. */
function messagesAfter(entries: readonly Entry[], key: string | undefined): number {
  let count = 0;
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    if (!entry || entry.key === key) break;
    if (entry.type === "message") count += 1;
  }
  return count;
}

function useOlder(id: string, complete: boolean) {
  const [failed, setFailed] = useState(false);
  const busy = useRef(false);
  const fetch = useCallback(() => {
    if (busy.current || complete) return;
    busy.current = true;
    setFailed(false);
    fetchOlder(id)
      .catch(() => setFailed(true))
      .finally(() => {
        busy.current = false;
      });
  }, [id, complete]);
  return { fetch, failed };
}

/** After each paint: at the end stay at the end, else what was in sight stays in its place. */
function usePlacing(
  box: RefObject<HTMLElement | null>,
  stick: RefObject<boolean>,
  anchor: RefObject<Anchor | null>,
  causes: readonly unknown[],
): void {
  const place = useCallback(() => {
    const element = box.current;
    if (!element) return;
    if (stick.current) element.scrollTop = element.scrollHeight;
    else if (anchor.current) restore(element, anchor.current);
  }, [box, stick, anchor]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what moves things
  useLayoutEffect(place, causes);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(place);
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, [box, place]);
}
