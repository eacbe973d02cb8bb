/**
 * What an agent does with a conversation, from any place: the call, and what to say when it is
 * refused. Refusals are kept per conversation until the next verb.
 */
import { ApiError, type Conversation, type NamedRef, type Priority } from "@chatdesk/client";
import { useSyncExternalStore } from "react";
import { endsSession } from "@/features/session/api";
import { desk } from "@/live/desk";
import * as api from "./api";

interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly owner: NamedRef | null;
}

type Verb = "claim" | "release" | "resolve" | "reopen" | "transfer" | "prioritise";

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

export const claim = ({ id }: Conversation) => act(id, "claim", () => api.claim(id));

export const release = ({ id, epoch }: Conversation) =>
  act(id, "release", () => api.release(id, epoch));

export const resolve = ({ id, epoch }: Conversation) =>
  act(id, "resolve", () => api.setState(id, "resolved", epoch));

export const reopen = ({ id, epoch }: Conversation, to: "active" | "waiting") =>
  act(id, "reopen", () => api.setState(id, to, epoch));

export const setPriority = ({ id }: Conversation, priority: Priority) =>
  act(id, "prioritise", () => {
    desk.presume(id, { priority });
    return api.setPriority(id, priority);
  });

export const transfer = ({ id, epoch }: Conversation, agentId: string) =>
  act(id, "transfer", () => api.transfer(id, agentId, epoch));
