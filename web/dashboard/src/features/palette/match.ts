/**
 * How well words fit a question: begun words, in any order, without accents, and one slip of the
 * finger forgiven. Pure.
 */

const MARKS = /\p{Mark}+/gu;
const WORD = /[\p{Letter}\p{Number}@._#-]+/gu;

/** In small letters, without accents. */
export const folded = (text: string): string =>
  text.normalize("NFD").replace(MARKS, "").toLowerCase();

export const wordsOf = (text: string): readonly string[] => folded(text).match(WORD) ?? [];

const EXACT = 5;
const BEGINS = 4;
const INSIDE = 2;
const SLIPPED = 1;
/** Shorter words say too little to be forgiven a slip. */
const LEAST_FORGIVEN = 4;

/** How well `words` fit every word of `asked`; 0 when one of them fits nowhere. */
export function fit(asked: readonly string[], words: readonly string[]): number {
  let total = 0;
  for (const [place, each] of asked.entries()) {
    let best = 0;
    for (const [at, word] of words.entries()) {
      const score = fitOfWord(each, word);
      // A word in its own place says a little more than one elsewhere.
      if (score > 0) best = Math.max(best, score + (at === place ? 0.5 : 0));
    }
    if (best === 0) return 0;
    total += best;
  }
  return total;
}

function fitOfWord(asked: string, word: string): number {
  if (word === asked) return EXACT;
  if (word.startsWith(asked)) return BEGINS;
  if (asked.length > 1 && word.includes(asked)) return INSIDE;
  return asked.length >= LEAST_FORGIVEN && oneSlip(asked, word.slice(0, asked.length + 1))
    ? SLIPPED
    : 0;
}

/**
 * Whether `typed` begins `word` but for one letter that is wrong, missing, too many or swapped with
 * its neighbour.
 */
function oneSlip(typed: string, word: string): boolean {
  let at = 0;
  while (at < typed.length && typed[at] === word[at]) at += 1;
  const rest = typed.slice(at + 1);
  const begins = (from: number, tail: string) => word.slice(from).startsWith(tail);
  const swapped = typed[at] === word[at + 1] && typed[at + 1] === word[at];
  return (
    begins(at + 1, rest) ||
    begins(at, rest) ||
    begins(at + 1, typed.slice(at)) ||
    (swapped && begins(at + 2, typed.slice(at + 2)))
  );
}
