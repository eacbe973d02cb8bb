/** How what is known of a contact changes with events. Pure. */
import type {
  ContactNote,
  ContactProfile,
  Conversation,
  EventFrame,
  TrailPage,
} from "@chatdesk/client";
import { applyEvent as applyToConversation } from "@/features/conversation/live";

export function applyToProfile(profile: ContactProfile, frame: EventFrame): ContactProfile {
  const { id } = profile.contact;
  switch (frame.kind) {
    case "contact.updated":
      return frame.data.contact.id === id ? { ...profile, contact: frame.data.contact } : profile;
    case "contact.noted": {
      const { contact_id, note } = frame.data;
      if (contact_id !== id || profile.notes.some((each) => each.id === note.id)) return profile;
      return { ...profile, notes: [note, ...profile.notes] };
    }
    case "contact.note_deleted": {
      const { contact_id, note_id } = frame.data;
      if (contact_id !== id) return profile;
      return { ...profile, notes: without(profile.notes, note_id) };
    }
    default:
      return profile;
  }
}

const without = (notes: readonly ContactNote[], id: string) =>
  notes.filter((each) => each.id !== id);

/** A contact's conversations, newest first. */
export interface History {
  readonly contact: string;
  readonly items: readonly Conversation[];
  readonly next: string | null;
  readonly head: number;
}

export function applyToHistory(history: History, frame: EventFrame): History {
  if (frame.kind === "conversation.created") {
    const { conversation } = frame.data;
    const known = history.items.some((each) => each.id === conversation.id);
    if (conversation.contact.id !== history.contact || known) return history;
    return { ...history, items: [conversation, ...history.items] };
  }
  const at = history.items.findIndex((each) => each.id === frame.conversation_id);
  const now = history.items[at];
  if (!now) return history;
  const next = applyToConversation({ conversation: now, asOf: history.head }, frame);
  if (!next || next.conversation === now) return history;
  return { ...history, items: history.items.with(at, next.conversation) };
}

/** Kinds that are written all the time and are no part of the audit. */
const CHATTER: readonly string[] = [
  "message.created",
  "conversation.marked",
  "draft.saved",
  "draft.deleted",
];

/** What happened, newest first. */
export interface Audit extends TrailPage {
  readonly conversation: string;
}

export function applyToAudit(audit: Audit, frame: EventFrame): Audit {
  if (frame.conversation_id !== audit.conversation || CHATTER.includes(frame.kind)) return audit;
  if (audit.events.some((each) => each.seq === frame.seq)) return audit;
  return { ...audit, events: [frame, ...audit.events] };
}
