/**
 * What an agent does with a conversation, from any place: the call, and what to say when it is
 * refused. Refusals are kept per conversation until the next verb.
 */
import {
  ApiError,
  type Ask,
  type Conversation,
  type NamedRef,
  type Priority,
} from "@chatdesk/client";
import { useSyncExternalStore } from "react";
import { askFor, withdraw } from "@/features/ask/store";
import { endsSession } from "@/features/session/api";
import { forgetUndo, offerUndo, type Undoable } from "@/features/undo/store";
import { desk } from "@/live/desk";
import * as api from "./api";

interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly owner: NamedRef | null;
}

type Verb =
  | "claim"
  | "release"
  | "resolve"
  | "reopen"
  | "ask"
  | "prioritise"
  | "snooze"
  | "wake"
  | "undo";

interface Doing {
  readonly busy: Verb | null;
  readonly refusal: Refusal | null;
}

const IDLE: Doing = { busy: null, refusal: null };
const doing = new Map<string, Doing>();
const listeners = new Set<() => void>();

function set(id: string, next: Doing): void {
  if (next === IDLE) doing.delete(id);
  else doing.set(id, next);
  for (const listener of listeners) listener();
}

export function useDoing(id: string): Doing {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => doing.get(id) ?? IDLE,
  );
}

export const dismissRefusal = (id: string): void => set(id, IDLE);

async function act(id: string, verb: Verb, call: () => Promise<unknown>): Promise<boolean> {
  if (doing.get(id)?.busy) return false;
  set(id, { busy: verb, refusal: null });
  try {
    await call();
    set(id, IDLE);
    return true;
  } catch (error) {
    if (endsSession(error)) return false;
    const known = error instanceof ApiError ? error : null;
    set(id, {
      busy: null,
      refusal: {
        code: known?.code ?? "failed",
        detail: known?.detail || known?.title || "",
        owner: known?.problem?.owner ?? null,
      },
    });
    void api.fetchConversation(id).catch(() => {});
    return false;
  }
}

/** After a verb: what takes it back, as long as nothing else has happened to the conversation. */
async function undoable(
  id: string,
  did: Undoable["did"],
  done: Promise<boolean>,
  back: ((epoch: number) => Promise<unknown>) | null,
): Promise<boolean> {
  const ok = await done;
  const epoch = desk.conversations.get(id)?.conversation.epoch;
  if (ok && back && epoch !== undefined) offerUndo(did, () => act(id, "undo", () => back(epoch)));
  else forgetUndo();
  return ok;
}

export const claim = ({ id }: Conversation) => act(id, "claim", () => api.claim(id));

export const release = ({ id, epoch, owner }: Conversation) =>
  undoable(
    id,
    "release",
    act(id, "release", () => api.release(id, epoch)),
    owner?.id === desk.me ? () => api.claim(id) : null,
  );

/** A colleague's conversation cannot be given back to them this way. */
export function resolve({ id, epoch, owner }: Conversation): Promise<boolean> {
  const before = owner ? "active" : "waiting";
  return undoable(
    id,
    "resolve",
    act(id, "resolve", () => api.setState(id, "resolved", epoch)),
    owner && owner.id !== desk.me ? null : (now) => api.setState(id, before, now),
  );
}

export const reopen = ({ id, epoch }: Conversation, to: "active" | "waiting") =>
  undoable(
    id,
    "reopen",
    act(id, "reopen", () => api.setState(id, to, epoch)),
    (now) => api.setState(id, "resolved", now),
  );

export const setPriority = ({ id }: Conversation, priority: Priority) =>
  act(id, "prioritise", () => {
    desk.presume(id, { priority });
    return api.setPriority(id, priority);
  });

/** Null: until the customer writes. */
export const snooze = ({ id, epoch }: Conversation, until: string | null) =>
  undoable(
    id,
    "snooze",
    act(id, "snooze", () => api.snooze(id, until, epoch)),
    (now) => api.wake(id, now),
  );

export const wake = ({ id, epoch, snoozed_until: until }: Conversation) =>
  undoable(
    id,
    "wake",
    act(id, "wake", () => api.wake(id, epoch)),
    until && Date.parse(until) < Date.now() ? null : (now) => api.snooze(id, until, now),
  );

export const askForIt = ({ id, epoch }: Conversation) => act(id, "ask", () => askFor(id, epoch));

export const neverMind = (ask: Ask) => act(ask.conversation_id, "ask", () => withdraw(ask));
