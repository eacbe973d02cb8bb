/** How the list of canned replies changes by event, and how one is found. Pure. */
import type { Canned, CannedReplies, EventFrame } from "@chatdesk/client";

export function applyToCanned(all: CannedReplies, frame: EventFrame): CannedReplies {
  switch (frame.kind) {
    case "canned.created":
    case "canned.updated": {
      const { canned } = frame.data;
      const before = all.items.find((each) => each.id === canned.id);
      const others = all.items.filter((each) => each.id !== canned.id);
      const items = [...others, { ...canned, times: before?.times ?? 0 }];
      return { ...all, items: items.sort((a, b) => a.name.localeCompare(b.name)) };
    }
    case "canned.deleted": {
      const { id } = frame.data;
      return { ...all, items: all.items.filter((each) => each.id !== id) };
    }
    case "canned.used": {
      const { id, times } = frame.data;
      return {
        ...all,
        items: all.items.map((each) => (each.id === id ? { ...each, times } : each)),
      };
    }
    default:
      return all;
  }
}

/** The words after the slash that the cursor stands in, and where it begins; null outside of one. */
export function slashAt(text: string, cursor: number): { from: number; words: string } | null {
  const found = /(?:^|\s)\/([^\s/]{0,40})$/u.exec(text.slice(0, cursor));
  return found ? { from: cursor - (found[1] ?? "").length - 1, words: found[1] ?? "" } : null;
}

/** Null when the letters do not stand in the text in their order; else the smaller the better. */
function distance(words: string, text: string): number | null {
  const held = text.toLocaleLowerCase();
  const at = held.indexOf(words);
  if (at === 0) return 0;
  if (at > 0) return /[\s\-_/]/.test(held[at - 1] ?? "") ? 1 : 2;
  let from = -1;
  let gaps = 0;
  for (const letter of words) {
    const next = held.indexOf(letter, from + 1);
    if (next < 0) return null;
    if (from >= 0) gaps += next - from - 1;
    from = next;
  }
  return 3 + gaps / 1_000;
}

/** By name first, then by tag, then by what the text holds as it is written; among equals what one uses most. */
function rank(canned: Canned, words: string): number | null {
  const name = distance(words, canned.name);
  if (name !== null) return name;
  if (canned.tags.some((tag) => tag.toLocaleLowerCase().includes(words))) return 5;
  return canned.body.toLocaleLowerCase().includes(words) ? 6 : null;
}

export function findCanned(all: readonly Canned[], words: string, most: number): Canned[] {
  const wanted = words.toLocaleLowerCase();
  return all
    .flatMap((canned) => {
      const at = wanted === "" ? 0 : rank(canned, wanted);
      return at === null ? [] : [{ canned, at }];
    })
    .sort((a, b) => a.at - b.at || b.canned.times - a.canned.times)
    .slice(0, most)
    .map(({ canned }) => canned);
}
