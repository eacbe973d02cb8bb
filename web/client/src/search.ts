/** What a search finds. */
import type { Author, ConversationState, NamedRef } from "./types.ts";

export type SearchKind = "message" | "note" | "contact" | "conversation";

export interface Snippet {
  readonly text: string;
  /** From, to (exclusive), in UTF-16 units. */
  readonly highlights: [number, number][];
}

export interface SearchHit {
  readonly kind: SearchKind;
  readonly contact: NamedRef;
  /** Where it lies; of a contact, their newest conversation. */
  readonly conversation: {
    readonly id: string;
    readonly number: number;
    readonly state: ConversationState;
    readonly inbox: NamedRef;
  } | null;
  readonly message: {
    readonly id: string;
    readonly seq: number;
    readonly author: Author;
    readonly created_at: string;
  } | null;
  readonly snippet: Snippet;
}

export interface SearchPage {
  readonly items: SearchHit[];
  readonly next: string | null;
}
