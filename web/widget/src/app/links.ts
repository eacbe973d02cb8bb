/** Finds addresses in plain text. Only http, https and mailto ever become links. */

export interface Piece {
  text: string;
  href: string | null;
}

const CANDIDATE = /\b(?:https?:\/\/|mailto:)[^\s<>"'`]+|\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b/gi;
const ALLOWED = new Set(["http:", "https:", "mailto:"]);

/** A full stop or a bracket after an address belongs to the sentence, not to the address. */
function trimmed(found: string): string {
  let text = found.replace(/[.,;:!?…'"»]+$/, "");
  while (text.endsWith(")") && !text.includes("(")) {
    text = text.slice(0, -1).replace(/[.,;:!?]+$/, "");
  }
  return text;
}

function hrefOf(text: string): string | null {
  try {
    const url = new URL(/^(https?:|mailto:)/i.test(text) ? text : `mailto:${text}`);
    return ALLOWED.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** The pieces, joined, are the text exactly as it was. */
export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = trimmed(match[0]);
    const href = hrefOf(shown);
    if (!href) continue;
    if (match.index > at) out.push({ text: text.slice(at, match.index), href: null });
    out.push({ text: shown, href });
    at = match.index + shown.length;
  }
  if (at < text.length) out.push({ text: text.slice(at), href: null });
  return out;
}
