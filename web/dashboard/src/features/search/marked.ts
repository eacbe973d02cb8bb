/** A snippet in pieces: what was asked for, and what stands around it. Pure. */
import type { Snippet } from "@chatdesk/client";

export interface Piece {
  readonly at: number;
  readonly text: string;
  readonly hit: boolean;
}

export function piecesOf({ text, highlights }: Snippet): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const [start, end] of highlights) {
    if (start < from || end <= start || end > text.length) continue;
    if (start > from) pieces.push({ at: from, text: text.slice(from, start), hit: false });
    pieces.push({ at: start, text: text.slice(start, end), hit: true });
    from = end;
  }
  if (from < text.length) pieces.push({ at: from, text: text.slice(from), hit: false });
  return pieces;
}
