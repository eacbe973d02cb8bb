/** How drafts change by snapshot and event. Pure. */
import type { Draft, DraftMode, EventFrame } from "@chatdesk/client";

export type Drafts = ReadonlyMap<string, Draft>;

export function draftKey(conversationId: string, mode: DraftMode): string {
  return `${conversationId}:${mode}`;
}

/** What the server says, unless we already hold something it said later. */
export function put(drafts: Drafts, draft: Draft): Drafts {
  const key = draftKey(draft.conversation_id, draft.mode);
  const held = drafts.get(key);
  if (held && held.updated_at > draft.updated_at) return drafts;
  if (held && held.text === draft.text && held.updated_at === draft.updated_at) return drafts;
  return new Map(drafts).set(key, draft);
}

/** What is being written here and now; keeps the server's time so that its later word counts. */
export function write(drafts: Drafts, id: string, mode: DraftMode, text: string): Drafts {
  const key = draftKey(id, mode);
  const updated_at = drafts.get(key)?.updated_at ?? "";
  return new Map(drafts).set(key, { conversation_id: id, mode, text, updated_at });
}

export function drop(drafts: Drafts, conversationId: string, mode: DraftMode): Drafts {
  const key = draftKey(conversationId, mode);
  if (!drafts.has(key)) return drafts;
  const next = new Map(drafts);
  next.delete(key);
  return next;
}

/** `ours` says whether words written here stand above what the server reports. */
export function applyEvent(
  drafts: Drafts,
  frame: EventFrame,
  ours: (key: string, text: string | null) => boolean,
): Drafts {
  const id = frame.conversation_id;
  if (!id) return drafts;
  if (frame.kind === "draft.saved") {
    const { mode, text, updated_at } = frame.data;
    if (ours(draftKey(id, mode), text)) return drafts;
    return put(drafts, { conversation_id: id, mode, text, updated_at });
  }
  if (frame.kind === "draft.deleted") {
    if (ours(draftKey(id, frame.data.mode), null)) return drafts;
    return drop(drafts, id, frame.data.mode);
  }
  return drafts;
}

/** The draft to show in the list: words a customer would get come first. */
export function shownDraft(drafts: Drafts, conversationId: string): Draft | null {
  for (const mode of ["reply", "note"] as const) {
    const found = drafts.get(draftKey(conversationId, mode));
    if (found && found.text.trim() !== "") return found;
  }
  return null;
}
