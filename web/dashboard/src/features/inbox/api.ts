/** The inbox calls. */
import { type Inbox, type Look, request } from "@chatdesk/client";
import { useQuery } from "@tanstack/react-query";
import { desk } from "@/live/desk";
import { fromList } from "./live";

export async function fetchInboxes(): Promise<true> {
  const { items } = await request<{ items: Inbox[] }>("GET", "/api/v1/inboxes");
  desk.set("inboxes", fromList(items));
  return true;
}

export const useInboxesLoad = () => useQuery({ queryKey: ["inboxes"], queryFn: fetchInboxes });

export async function updateInbox(
  id: string,
  change: { name?: string; greeting?: string; look?: Look },
): Promise<void> {
  desk.takeInbox(
    await request<Inbox>("PATCH", `/api/v1/inboxes/${encodeURIComponent(id)}`, change),
  );
}

/** The one tag a site needs. */
export function snippetOf(publicUrl: string, key: string): string {
  return `<script async src="${publicUrl.replace(/\/$/, "")}/w.js" data-key="${key}"></script>`;
}
