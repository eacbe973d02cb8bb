/**
 * Messages on their way out. Each shows at once, goes to the server exactly once, and comes back
 * as a draft when the conversation turns out to be somebody else's.
 */
import {
  ApiError,
  type Attachment,
  type Hold,
  type MessageAnswer,
  type NamedRef,
  Outbox,
  type QueueItem,
  request,
  uuid,
} from "@chatdesk/client";
import { claim, fetchConversation, setState } from "@/features/conversation/api";
import { endDraft, saveDraft } from "@/features/draft/api";
import { draftKey } from "@/features/draft/live";
import { returnFiles } from "@/features/file/tray";
import { readStored, writeStored } from "@/lib/stored";
import { desk } from "@/live/desk";

interface Outgoing {
  readonly conversationId: string;
  readonly text: string;
  readonly note: boolean;
  /** Already at the server, in order. */
  readonly files?: readonly Attachment[];
}

export type OutgoingItem = QueueItem<Outgoing>;

/** Why a reply came back to the composer. */
export interface Returned {
  readonly code: string;
  readonly owner: NamedRef | null;
}

interface OutboxView {
  readonly items: readonly OutgoingItem[];
  readonly hold: Hold | null;
  readonly returned: ReadonlyMap<string, Returned>;
}

const RETURNS = new Set([
  "already_claimed",
  "not_owner",
  "stale_epoch",
  "conversation_resolved",
  "unauthenticated",
]);
const STALE_AFTER = 10 * 60_000;

let view: OutboxView = { items: [], hold: null, returned: new Map() };
let outbox: Outbox<Outgoing, MessageAnswer> | null = null;
const listeners = new Set<() => void>();
let ended: () => void = () => {};
const refusals = new Map<string, NamedRef | null>();

export function subscribeOutbox(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const readOutbox = (): OutboxView => view;

function show(change: Partial<OutboxView>): void {
  view = { ...view, ...change };
  for (const listener of listeners) listener();
}

const isOutgoing = (value: unknown): value is Outgoing => {
  const { conversationId, text, note } = (value ?? {}) as Partial<Outgoing>;
  return (
    typeof conversationId === "string" && typeof text === "string" && typeof note === "boolean"
  );
};

/** One outbox per person: what was unsent when the page closed is still there. */
export function openOutbox(sessionEnded: () => void): void {
  if (outbox) return;
  ended = sessionEnded;
  const key = `outbox.${desk.me}`;
  outbox = new Outbox<Outgoing, MessageAnswer>({
    send,
    isPayload: isOutgoing,
    makeId: uuid,
    staleAfter: STALE_AFTER,
    storage: {
      load: () => readStored(key),
      save: (items) => writeStored(key, items.length === 0 ? null : items),
    },
    onChange: (items, hold) => {
      show({ items, hold });
      for (const item of items) if (returns(item)) queueMicrotask(() => giveBack(item));
    },
    onSent: (item, { message }) => {
      desk.takeSent(item.payload.conversationId, message);
    },
  });
  show({ items: outbox.items, hold: outbox.hold });
  outbox.wake();
}

export function closeOutbox(): void {
  outbox?.close();
  outbox = null;
  show({ items: [], hold: null, returned: new Map() });
}

/** False when too much is waiting already; the text then stays where it is. */
export function sendMessage(outgoing: Outgoing): boolean {
  if (!outbox?.push(outgoing)) return false;
  dismissReturned(outgoing.conversationId);
  endDraft(outgoing.conversationId, outgoing.note ? "note" : "reply");
  return true;
}

export const retryMessage = (clientId: string): void => outbox?.retry(clientId);
export const discardMessage = (clientId: string): void => outbox?.discard(clientId);
export const wakeOutbox = (): void => outbox?.wake();

export function dismissReturned(conversationId: string): void {
  if (!view.returned.has(conversationId)) return;
  const returned = new Map(view.returned);
  returned.delete(conversationId);
  show({ returned });
}

async function send(item: OutgoingItem, signal: AbortSignal): Promise<MessageAnswer> {
  const { conversationId, text, note, files } = item.payload;
  try {
    const kind = note ? { note: true } : { epoch: await ownEpoch(conversationId) };
    const path = `/api/v1/conversations/${encodeURIComponent(conversationId)}/messages`;
    const attachments = files?.map((file) => file.id) ?? [];
    const content = { type: "text", text };
    const body = { client_id: item.clientId, content, ...kind, attachments };
    return await request<MessageAnswer>("POST", path, body, { signal });
  } catch (error) {
    if (error instanceof ApiError) refusals.set(item.clientId, error.problem?.owner ?? null);
    if (error instanceof ApiError && error.status === 401) setTimeout(ended, 0);
    throw error;
  }
}

/** A reply needs the conversation: an unowned one is taken first, a resolved one reopened. */
async function ownEpoch(id: string): Promise<number> {
  if (!desk.conversations.has(id)) await fetchConversation(id);
  const now = desk.conversations.get(id)?.conversation;
  if (!now) throw new ApiError({ status: 404, code: "not_found", title: "Not found" });
  if (now.state === "resolved") return (await setState(id, "active", now.epoch)).epoch;
  if (now.owner === null) return (await claim(id)).epoch;
  return now.epoch;
}

function returns(item: OutgoingItem): boolean {
  return item.state === "failed" && item.code !== null && RETURNS.has(item.code);
}

/** The conversation is not ours to answer: the words go back above whatever was written since. */
function giveBack(item: OutgoingItem): void {
  if (!outbox?.items.some((held) => held.clientId === item.clientId)) return;
  const { conversationId: id, text, files } = item.payload;
  const since = desk.drafts.get(draftKey(id, "reply"))?.text ?? "";
  saveDraft(id, "reply", since === "" ? text : `${text}\n\n${since}`);
  if (files) returnFiles(id, "reply", files);
  outbox.discard(item.clientId);
  const owner = refusals.get(item.clientId) ?? null;
  refusals.delete(item.clientId);
  show({ returned: new Map(view.returned).set(id, { code: item.code ?? "", owner }) });
  void fetchConversation(id).catch(() => {});
}
