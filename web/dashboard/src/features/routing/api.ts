/** The calls about who gets which conversation, and the floor at a glance. */
import {
  type Assignment,
  type AssignmentMode,
  type AssignmentRule,
  type Conversation,
  type FollowUp,
  type Home,
  type Monitoring,
  request,
} from "@chatdesk/client";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { desk } from "@/live/desk";
import { queries } from "@/live/query";

const ASSIGNMENT = ["assignment"];
const MONITORING = ["monitoring"];
const HOME = ["home"];
const FOLLOW_UPS = ["follow-ups"];
/** Numbers are never older than this while something happens, in ms. */
const WITHIN = 700;
/** Some of them change by time alone. */
const LOOK_AGAIN = 15_000;

export const useAssignment = () =>
  useQuery({
    queryKey: ASSIGNMENT,
    queryFn: () => request<Assignment>("GET", "/api/v1/assignment"),
  });

export async function setInboxRule(
  inbox: string,
  mode: AssignmentMode,
  chatLimit: number,
): Promise<void> {
  const path = `/api/v1/inboxes/${encodeURIComponent(inbox)}/assignment`;
  await request<AssignmentRule>("PUT", path, { mode, chat_limit: chatLimit });
  await queries.invalidateQueries({ queryKey: ASSIGNMENT });
}

export async function setReturnAfter(minutes: number): Promise<void> {
  const body = { return_after_minutes: minutes };
  queries.setQueryData(ASSIGNMENT, await request<Assignment>("PATCH", "/api/v1/assignment", body));
}

export const useMonitoring = (allowed: boolean) =>
  useQuery({
    queryKey: MONITORING,
    enabled: allowed,
    refetchInterval: LOOK_AGAIN,
    queryFn: () => request<Monitoring>("GET", "/api/v1/monitoring"),
  });

/** Midnight here, for "today". */
export function midnight(): string {
  const day = new Date();
  day.setHours(0, 0, 0, 0);
  return day.toISOString();
}

export const useHome = () =>
  useQuery({
    queryKey: HOME,
    refetchInterval: LOOK_AGAIN * 2,
    queryFn: () => request<Home>("GET", `/api/v1/home?since=${encodeURIComponent(midnight())}`),
  });

export const useFollowUps = () =>
  useQuery({
    queryKey: FOLLOW_UPS,
    queryFn: async () => (await request<{ items: FollowUp[] }>("GET", "/api/v1/follow-ups")).items,
  });

export async function finishFollowUp(id: string): Promise<void> {
  await request("PUT", `/api/v1/follow-ups/${encodeURIComponent(id)}/done`, {});
  await queries.invalidateQueries({ queryKey: FOLLOW_UPS });
}

/** Hands a chat to a colleague, available or not: whoever chose the name has read what they are doing. */
export async function give({ id, epoch }: Conversation, agent: string): Promise<void> {
  const path = `/api/v1/conversations/${encodeURIComponent(id)}/transfer`;
  const body = { agent_id: agent, epoch, anyway: true };
  desk.takeAnswer(await request<Conversation>("PUT", path, body));
}

export async function ringAgain({ id, epoch }: Conversation): Promise<void> {
  const path = `/api/v1/conversations/${encodeURIComponent(id)}/ring`;
  desk.takeAnswer(await request<Conversation>("POST", path, { epoch }));
}

/** Fetches figures anew when something happened that can change them, not more than once in a while. */
export function useLiveFigures(key: "monitoring" | "home"): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ignore = desk.watch((frame) => {
      if (frame.kind.startsWith("draft.")) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ queryKey: [key] });
        void queries.invalidateQueries({ queryKey: FOLLOW_UPS });
      }, WITHIN);
    });
    return () => {
      ignore();
      clearTimeout(timer);
    };
  }, [key]);
}
