/** Finds web addresses in plain text. Pure; only http and https ever become links. */
interface Part {
  readonly at: number;
  readonly text: string;
  readonly href: string | null;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+/gi;
const TRAILING = /[.,;:!?)\]}]+$/;

export function linksIn(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const found = match[0].replace(TRAILING, "");
    if (!URL.canParse(found)) continue;
    if (match.index > from)
      parts.push({ at: from, text: text.slice(from, match.index), href: null });
    parts.push({ at: match.index, text: found, href: found });
    from = match.index + found.length;
  }
  if (from < text.length) parts.push({ at: from, text: text.slice(from), href: null });
  return parts;
}
