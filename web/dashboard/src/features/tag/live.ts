/** How the list of tags changes by event, and what of it a conversation shows. Pure. */
import type { EventFrame, Tag, Tags } from "@chatdesk/client";

const byName = (items: readonly Tag[]): Tag[] =>
  [...items].sort((a, b) => a.name.localeCompare(b.name));

export function applyToTags(tags: Tags, frame: EventFrame): Tags {
  switch (frame.kind) {
    case "tag.created":
    case "tag.updated": {
      const { tag } = frame.data;
      const others = tags.items.filter((each) => each.id !== tag.id);
      return { ...tags, items: byName([...others, tag]) };
    }
    case "tag.deleted": {
      const { id } = frame.data;
      return { ...tags, items: tags.items.filter((each) => each.id !== id) };
    }
    default:
      return tags;
  }
}

/** The tags with these ids, by name; what was deleted is left out. */
export const shownTags = (all: readonly Tag[], ids: readonly string[]): Tag[] =>
  all.filter((tag) => ids.includes(tag.id));

/** Tags whose name holds the words, those that begin with them first. */
export function matching(all: readonly Tag[], words: string): Tag[] {
  const wanted = words.trim().toLocaleLowerCase();
  const at = (tag: Tag) => tag.name.toLocaleLowerCase().indexOf(wanted);
  return all
    .filter((tag) => at(tag) >= 0)
    .sort((a, b) => Number(at(a) > 0) - Number(at(b) > 0) || a.name.localeCompare(b.name));
}
