/** The calls about one contact, and about what happened in one conversation. */
import {
  type Contact,
  type ContactNote,
  type ContactProfile,
  type Conversation,
  type MessagePage,
  type Page,
  request,
  type TrailPage,
} from "@chatdesk/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useFollowed } from "@/live/followed";
import { queries } from "@/live/query";
import { type Audit, applyToAudit, applyToHistory, applyToProfile, type History } from "./live";

const path = (id: string, rest = "") => `/api/v1/contacts/${encodeURIComponent(id)}${rest}`;
const conversationPath = (id: string, rest: string) =>
  `/api/v1/conversations/${encodeURIComponent(id)}${rest}`;

export const useProfile = (id: string) =>
  useFollowed(["contact", id], () => request<ContactProfile>("GET", path(id)), applyToProfile);

type ConversationsPage = Page<Conversation> & { head: number };

const historyKey = (id: string) => ["contact", id, "conversations"];

async function fetchHistory(id: string, cursor: string | null): Promise<History> {
  const search = `/conversations?limit=20${cursor ? `&cursor=${cursor}` : ""}`;
  const page = await request<ConversationsPage>("GET", path(id, search));
  return { contact: id, items: page.items, next: page.next, head: page.head };
}

export const useHistory = (id: string) =>
  useFollowed(historyKey(id), () => fetchHistory(id, null), applyToHistory);

/** Adds the next page to what is shown. */
export async function fetchMoreHistory(id: string, cursor: string): Promise<void> {
  const page = await fetchHistory(id, cursor);
  queries.setQueryData<History>(
    historyKey(id),
    (now) => now && { ...now, items: [...now.items, ...page.items], next: page.next },
  );
}

const auditKey = (id: string) => ["conversation", id, "events"];

async function fetchTrail(id: string, before: number | null): Promise<Audit> {
  const search = `/events?limit=50${before === null ? "" : `&before=${before}`}`;
  const page = await request<TrailPage>("GET", conversationPath(id, search));
  return { ...page, conversation: id };
}

export const useAudit = (id: string) =>
  useFollowed(auditKey(id), () => fetchTrail(id, null), applyToAudit);

export async function fetchMoreAudit(id: string, before: number): Promise<void> {
  const page = await fetchTrail(id, before);
  queries.setQueryData<Audit>(
    auditKey(id),
    (now) => now && { ...now, events: [...now.events, ...page.events], next: page.next },
  );
}

/** A look at a conversation without opening it: the newest page, then older ones. */
export const usePeek = (id: string) =>
  useInfiniteQuery({
    queryKey: ["conversation", id, "peek"],
    staleTime: 0,
    queryFn: ({ pageParam }) => {
      const search = `/messages?limit=30${pageParam ? `&before=${pageParam}` : ""}`;
      return request<MessagePage>("GET", conversationPath(id, search));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.older,
  });

export type ContactFields = Record<"name" | "email" | "phone" | "locale", string>;

export const updateContact = (id: string, fields: Partial<ContactFields>) =>
  request<Contact>("PATCH", path(id), fields);

export const addNote = (id: string, text: string) =>
  request<ContactNote>("POST", path(id, "/notes"), { text });

export const deleteNote = (id: string, noteId: string) =>
  request<void>("DELETE", path(id, `/notes/${encodeURIComponent(noteId)}`));
