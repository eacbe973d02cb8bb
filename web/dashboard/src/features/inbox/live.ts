/** How inboxes change by event. Pure. */
import type { EventFrame, Inbox } from "@chatdesk/client";

export type Inboxes = ReadonlyMap<string, Inbox>;

export function fromList(items: readonly Inbox[]): Inboxes {
  return new Map(items.map((inbox) => [inbox.id, inbox]));
}

export function applyEvent(inboxes: Inboxes, frame: EventFrame): Inboxes {
  if (frame.kind === "inbox.created" || frame.kind === "inbox.updated") {
    const { inbox } = frame.data;
    const seen = inbox.seen ?? inboxes.get(inbox.id)?.seen ?? null;
    return new Map(inboxes).set(inbox.id, { ...inbox, seen });
  }
  if (frame.kind === "inbox.seen") {
    const { inbox_id, host, at } = frame.data;
    const inbox = inboxes.get(inbox_id);
    if (!inbox || (inbox.seen && inbox.seen.at > at)) return inboxes;
    return new Map(inboxes).set(inbox_id, { ...inbox, seen: { host, at } });
  }
  return inboxes;
}
