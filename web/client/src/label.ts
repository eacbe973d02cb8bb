/** What conversations are sorted by, as TypeScript types: priorities and tags. */

export type Priority = "urgent" | "high" | "normal" | "low";

export type TagColour =
  | "grey"
  | "red"
  | "orange"
  | "yellow"
  | "green"
  | "teal"
  | "blue"
  | "violet"
  | "pink";

export interface Tag {
  id: string;
  /** Unique, whatever the case. */
  name: string;
  colour: TagColour;
  created_at: string;
}

export interface Tags {
  /** By name. */
  items: Tag[];
  head: number;
}

/** What a conversation is sorted by. */
export interface Labels {
  priority: Priority;
  /** Ids. A deleted tag may still stand here; it is shown nowhere. */
  tags: string[];
}

export interface LabelEvents {
  "conversation.prioritised": { priority: Priority };
  "conversation.tagged": { tags: string[]; added: string | null; removed: string | null };
  "tag.created": { tag: Tag };
  "tag.updated": { tag: Tag };
  "tag.deleted": { id: string };
}
