/** The conversation calls. Answers go into the desk; what is returned only steers the paging. */
import {
  type Conversation,
  type ConversationAnswer,
  type ConversationPage,
  type Counts,
  type MessagePage,
  type Priority,
  request,
  type Targets,
  type TrailPage,
  type ViewName,
} from "@chatdesk/client";
import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { noteArrival } from "@/features/message/delivered";
import { linesMissing } from "@/features/message/live";
import { desk } from "@/live/desk";
import { queries } from "@/live/query";
import { type Place, placeOf } from "./live";

const PAGE = 50;

interface ListPage {
  readonly next: string | null;
  /** The last place loaded so far; null when there is nothing further. */
  readonly edge: Place | null;
}

const path = (id: string, rest = "") => `/api/v1/conversations/${encodeURIComponent(id)}${rest}`;

async function fetchPage(
  view: ViewName,
  tag: string | null,
  cursor: string | null,
): Promise<ListPage> {
  const search = new URLSearchParams({ view, limit: String(PAGE) });
  if (tag) search.set("tag", tag);
  if (cursor) search.set("cursor", cursor);
  const page = await request<ConversationPage>("GET", `/api/v1/conversations?${search}`);
  desk.takeConversations(page.items, page.head);
  for (const { id } of page.items) noteArrival(id);
  const last = page.items.at(-1);
  return { next: page.next, edge: page.next && last ? placeOf(last, view) : null };
}

/** The pages of a view, all of it or what carries one tag. */
export function useConversationPages(view: ViewName, tag: string | null = null) {
  return useInfiniteQuery({
    queryKey: ["conversations", view, tag],
    queryFn: ({ pageParam }) => fetchPage(view, tag, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function edgeOf(data: InfiniteData<ListPage> | undefined): Place | null {
  return data?.pages.at(-1)?.edge ?? null;
}

/** After too long away: the first page of each list, and whatever else is on screen. */
export async function refreshLists(): Promise<void> {
  queries.setQueriesData<InfiniteData<ListPage, string | null>>(
    { queryKey: ["conversations"] },
    (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
  );
  await queries.invalidateQueries();
}

export function fetchCounts(): Promise<Counts> {
  return request<Counts>("GET", "/api/v1/conversations/counts");
}

export async function fetchConversation(id: string): Promise<true> {
  const answer = await request<ConversationAnswer>("GET", path(id));
  desk.takeConversations([answer.conversation], answer.head);
  return true;
}

export function useConversationLoad(id: string) {
  return useQuery({
    queryKey: ["conversation", id],
    queryFn: async () => {
      await Promise.all([fetchConversation(id), fetchLatest(id)]);
      return true;
    },
  });
}

/** Fetches ahead of a click; a failure is met again by the visit itself. */
export function prefetchConversation(id: string): void {
  void queries.prefetchQuery({
    queryKey: ["conversation", id],
    queryFn: async () => {
      await Promise.all([fetchConversation(id), fetchLatest(id)]);
      return true;
    },
  });
}

async function fetchMessages(
  id: string,
  bounds: Record<string, number | string>,
): Promise<MessagePage> {
  const search = new URLSearchParams({ limit: String(PAGE) });
  for (const [key, value] of Object.entries(bounds)) search.set(key, String(value));
  return request<MessagePage>("GET", path(id, `/messages?${search}`));
}

/** The newest page; if it does not touch what is loaded, everything between is fetched as well. */
async function fetchLatest(id: string): Promise<void> {
  const held = desk.threads.get(id);
  const last = held?.messages.at(-1);
  const [page] = await Promise.all([fetchMessages(id, {}), held?.loaded ? null : fetchTrail(id)]);
  desk.takeMessages(id, page, "latest");
  void fetchTrail(id);
  const first = page.messages[0];
  if (last && first && first.seq > last.seq + 1) await fetchMessagesAfter(id, last.seq);
}

/** Everything after `after`, page by page. Notes share a number, so one before it is asked for. */
export async function fetchMessagesAfter(id: string, after: number): Promise<void> {
  let from: Record<string, number | string> = { after_seq: Math.max(0, after - 1) };
  for (let pages = 0; pages < 40; pages += 1) {
    const page = await fetchMessages(id, from);
    desk.takeMessages(id, page, "newer");
    if (page.newer === null) return;
    from = { after: page.newer };
  }
}

export async function fetchOlder(id: string): Promise<void> {
  const before = desk.threads.get(id)?.older ?? null;
  if (before === null) return;
  desk.takeMessages(id, await fetchMessages(id, { before }), "older");
  await fetchTrail(id);
}

/** What happened beside the messages that are loaded. They can be read without it. */
async function fetchTrail(id: string): Promise<void> {
  try {
    const thread = desk.threads.get(id);
    let before = thread?.loaded ? linesMissing(thread) : undefined;
    for (let pages = 0; before !== null && pages < 10; pages += 1) {
      const search = `/events?limit=100${before === undefined ? "" : `&before=${before}`}`;
      desk.takeTrail(id, await request<TrailPage>("GET", path(id, search)));
      const now = desk.threads.get(id);
      before = now ? linesMissing(now) : null;
    }
  } catch {
    // The next visit asks again.
  }
}

async function change(
  method: "PUT" | "DELETE",
  id: string,
  verb: string,
  body: object,
): Promise<Conversation> {
  const conversation = await request<Conversation>(method, path(id, `/${verb}`), body);
  desk.takeAnswer(conversation);
  return conversation;
}

export const claim = (id: string) => change("PUT", id, "claim", {});

export const release = (id: string, epoch: number) => change("DELETE", id, "claim", { epoch });

export const setState = (id: string, state: "resolved" | "active" | "waiting", epoch: number) =>
  change("PUT", id, "state", { state, epoch });

export const setPriority = (id: string, priority: Priority) =>
  change("PUT", id, "priority", { priority });

/** To whom it goes: a colleague, or a department where it waits. */
export type HandTo = { agent_id: string } | { department_id: string };

export const transfer = (id: string, to: HandTo, epoch: number, anyway: boolean) =>
  change("PUT", id, "transfer", { ...to, epoch, anyway });

export const takeOver = (id: string, epoch: number, reason: string) =>
  change("PUT", id, "takeover", { epoch, reason });

/** Read anew each time: what people do changes by the minute. */
export const useTargets = () =>
  useQuery({
    queryKey: ["targets"],
    staleTime: 0,
    gcTime: 0,
    queryFn: () => request<Targets>("GET", "/api/v1/targets"),
  });

export const snooze = (id: string, until: string | null, epoch: number) =>
  change("PUT", id, "snooze", { until, epoch });

export const wake = (id: string, epoch: number) => change("DELETE", id, "snooze", { epoch });

export function mark(
  id: string,
  marks: { read_seq?: number; delivered_seq?: number },
): Promise<void> {
  return request("PUT", path(id, "/marks"), marks);
}
