/**
 * A list that does not move under the hand: while it is held, order and membership stay as
 * painted, only further rows are added below. Pure.
 */

/** The order to paint. `keep` stays where it was though it no longer belongs to the list. */
export function settle(
  shown: readonly string[],
  live: readonly string[],
  held: boolean,
  keep: string | null,
): readonly string[] {
  const next = held && shown.length > 0 ? heldOrder(shown, live) : freeOrder(shown, live, keep);
  const same = next.length === shown.length && next.every((id, index) => id === shown[index]);
  return same ? shown : next;
}

function heldOrder(shown: readonly string[], live: readonly string[]): readonly string[] {
  const painted = new Set(shown);
  let last = -1;
  for (let index = live.length - 1; index >= 0 && last < 0; index -= 1) {
    if (painted.has(live[index] as string)) last = index;
  }
  return last < 0 ? shown : [...shown, ...live.slice(last + 1)];
}

function freeOrder(
  shown: readonly string[],
  live: readonly string[],
  keep: string | null,
): readonly string[] {
  if (keep === null || live.includes(keep)) return live;
  const index = shown.indexOf(keep);
  if (index < 0) return live;
  return [...live.slice(0, index), keep, ...live.slice(index)];
}

/** How many rows would be new or higher up if the list were let go. */
export function waitingRows(shown: readonly string[], live: readonly string[]): number {
  const painted = new Set(shown);
  const present = new Set(live);
  const before = new Map(shown.filter((id) => present.has(id)).map((id, index) => [id, index]));
  let known = 0;
  let count = 0;
  for (const id of live) {
    if (!painted.has(id)) {
      count += 1;
      continue;
    }
    if ((before.get(id) ?? 0) > known) count += 1;
    known += 1;
  }
  return count;
}
