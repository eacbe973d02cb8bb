/** Hooks by which screens read the desk. Each re-renders only when its own slice changed. */
import type {
  Agent,
  Conversation,
  Draft,
  DraftMode,
  Inbox,
  NamedRef,
  Permission,
} from "@chatdesk/client";
import { useEffect, useState, useSyncExternalStore } from "react";
import { draftKey, shownDraft } from "@/features/draft/live";
import { EMPTY, type Thread } from "@/features/message/live";
import { type Line, readLine, subscribeLine } from "./connection";
import { type Desk, desk, type Typing } from "./desk";

/** `read` must give the same reference as long as nothing it reads has changed. */
export function useDesk<T>(read: (desk: Desk) => T): T {
  return useSyncExternalStore(desk.subscribe, () => read(desk));
}

export function useLine(): Line {
  return useSyncExternalStore(subscribeLine, readLine);
}

const NO_TYPING: readonly Typing[] = [];
const NO_VIEWERS: readonly NamedRef[] = [];

export const useConversation = (id: string): Conversation | undefined =>
  useDesk((d) => d.conversations.get(id)?.conversation);

export const useThread = (id: string): Thread => useDesk((d) => d.threads.get(id) ?? EMPTY);

export const useTyping = (id: string): readonly Typing[] =>
  useDesk((d) => d.typing.get(id) ?? NO_TYPING);

export const useViewers = (id: string): readonly NamedRef[] =>
  useDesk((d) => d.viewing.get(id) ?? NO_VIEWERS);

export const useContactOnline = (id: string): boolean =>
  useDesk((d) => d.contactsOnline.get(id) ?? false);

export const useDraft = (id: string, mode: DraftMode): Draft | undefined =>
  useDesk((d) => d.drafts.get(draftKey(id, mode)));

export const useShownDraft = (id: string): Draft | null => useDesk((d) => shownDraft(d.drafts, id));

export const useInbox = (id: string | null): Inbox | undefined =>
  useDesk((d) => (id === null ? d.inboxes.values().next().value : d.inboxes.get(id)));

const NO_PERMISSIONS: readonly Permission[] = [];

/** What the signed-in agent's role allows. */
export const usePermissions = (): readonly Permission[] =>
  useDesk((d) => d.session?.permissions ?? NO_PERMISSIONS);

/** The signed-in agent, as the newest event says. */
export const useMe = (): Agent | null =>
  useDesk((d) => d.agents.get(d.me) ?? d.session?.agent ?? null);

/** Milliseconds since 1970, renewed every `every` milliseconds. */
export function useNow(every: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
