/** What the palette offers from this browser alone: actions, and the newest conversations it knows. Pure. */
import type { Conversation } from "@chatdesk/client";
import { type Group, SHORTCUTS, type ShortcutId } from "@/features/shortcut/map";
import { fit, wordsOf } from "./match";

export interface ActionEntry {
  readonly id: ShortcutId;
  readonly name: string;
  readonly words: readonly string[];
}

export interface TalkEntry {
  readonly conversation: Conversation;
  readonly words: readonly string[];
}

/** Conversations that are looked through in the browser; the server knows the others. */
const MOST_TALKS = 5_000;
const SHOWN_TALKS = 6;
const SHOWN_ACTIONS = 8;

export function actionsOf(
  ids: readonly ShortcutId[],
  nameOf: (id: ShortcutId) => string,
): readonly ActionEntry[] {
  return ids
    .filter((id) => !SHORTCUTS[id].fixed && !SHORTCUTS[id].silent)
    .map((id) => ({ id, name: nameOf(id), words: wordsOf(nameOf(id)) }));
}

/** Newest first. */
export function talksOf(conversations: Iterable<Conversation>): readonly TalkEntry[] {
  return [...conversations]
    .sort((a, b) => (a.last_message_at < b.last_message_at ? 1 : -1))
    .slice(0, MOST_TALKS)
    .map((conversation) => ({
      conversation,
      words: wordsOf(
        `#${conversation.number} ${conversation.number} ${conversation.contact.name} ${conversation.preview}`,
      ),
    }));
}

export interface Local {
  readonly actions: readonly ActionEntry[];
  readonly places: readonly ActionEntry[];
  readonly talks: readonly TalkEntry[];
}

const isPlace = ({ id }: ActionEntry): boolean => (SHORTCUTS[id].group as Group) === "go";

/** What fits, best first; with nothing asked, what is at hand. */
export function localOf(
  q: string,
  actions: readonly ActionEntry[],
  talks: readonly TalkEntry[],
): Local {
  const asked = wordsOf(q);
  const nothing = q.trim() === "";
  const found = nothing ? actions : best(actions, asked);
  return {
    actions: found.filter((each) => !isPlace(each)).slice(0, nothing ? undefined : SHOWN_ACTIONS),
    places: found.filter(isPlace).slice(0, nothing ? undefined : SHOWN_ACTIONS),
    talks: (nothing ? talks : best(talks, asked)).slice(0, SHOWN_TALKS),
  };
}

function best<T extends { readonly words: readonly string[] }>(
  entries: readonly T[],
  asked: readonly string[],
): readonly T[] {
  if (asked.length === 0) return [];
  return entries
    .map((entry) => ({ entry, score: fit(asked, entry.words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}
