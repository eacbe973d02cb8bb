/** The inbox calls. */
import {
  type IdentitySecret,
  type Inbox,
  type InboxSettings,
  type InboxVersion,
  type MadeSecret,
  request,
} from "@chatdesk/client";
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
  change: Partial<InboxSettings> & { archived?: boolean },
): Promise<void> {
  desk.takeInbox(
    await request<Inbox>("PATCH", `/api/v1/inboxes/${encodeURIComponent(id)}`, change),
  );
}

export async function createInbox(name: string): Promise<Inbox> {
  const inbox = await request<Inbox>("POST", "/api/v1/inboxes", { name });
  desk.takeInbox(inbox);
  return inbox;
}

const versionsPath = (id: string) => `/api/v1/inboxes/${encodeURIComponent(id)}/versions`;

export const useVersions = (id: string) =>
  useQuery({
    queryKey: ["inbox-versions", id],
    queryFn: async () => (await request<{ items: InboxVersion[] }>("GET", versionsPath(id))).items,
  });

export async function restoreVersion(id: string, version: number): Promise<Inbox> {
  const inbox = await request<Inbox>("PUT", `${versionsPath(id)}/${version}/restored`, {});
  desk.takeInbox(inbox);
  return inbox;
}

const secretsPath = (id: string) => `/api/v1/inboxes/${encodeURIComponent(id)}/identity-secrets`;

export const useSecrets = (id: string) =>
  useQuery({
    queryKey: ["identity-secrets", id],
    queryFn: async () => (await request<{ items: IdentitySecret[] }>("GET", secretsPath(id))).items,
  });

export const makeSecret = (id: string) => request<MadeSecret>("POST", secretsPath(id), {});

export const endSecret = (id: string, secret: string) =>
  request<void>("DELETE", `${secretsPath(id)}/${encodeURIComponent(secret)}`);

/** The one tag a site needs. */
export function snippetOf(publicUrl: string, key: string): string {
  return `<script async src="${publicUrl.replace(/\/$/, "")}/w.js" data-key="${key}"></script>`;
}
