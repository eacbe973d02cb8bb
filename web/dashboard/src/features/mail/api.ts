/** The calls about letters: how they leave, which did not arrive, a try, and an invitation by mail. */
import {
  type DeadMail,
  type MailState,
  type NewInvite,
  type Role,
  request,
} from "@chatdesk/client";
import { useQuery } from "@tanstack/react-query";
import { refreshInvites } from "@/features/agent/api";
import { queries } from "@/live/query";

const STATE = ["mail", "state"];
const DEAD = ["mail", "dead"];
/** What leaves or arrives is no event; somebody who looks at it sees it move. */
const LOOK_AGAIN = 5_000;

export const useMailState = (allowed: boolean) =>
  useQuery({
    queryKey: STATE,
    enabled: allowed,
    refetchInterval: LOOK_AGAIN,
    queryFn: () => request<MailState>("GET", "/api/v1/mail"),
  });

export const useDeadMail = (allowed: boolean) =>
  useQuery({
    queryKey: DEAD,
    enabled: allowed,
    queryFn: async () => (await request<{ items: DeadMail[] }>("GET", "/api/v1/mail/dead")).items,
  });

const refresh = () => queries.invalidateQueries({ queryKey: ["mail"] });

export const sendTestMail = () => request<void>("POST", "/api/v1/mail/test");

export async function replayMail(id: string): Promise<void> {
  await request<void>("POST", `/api/v1/mail/dead/${encodeURIComponent(id)}/replay`);
  await refresh();
}

export async function discardMail(id: string): Promise<void> {
  await request<void>("DELETE", `/api/v1/mail/dead/${encodeURIComponent(id)}`);
  await refresh();
}

export async function inviteByMail(role: Role, email: string): Promise<void> {
  await request<NewInvite>("POST", "/api/v1/invites", { role, email });
  await refreshInvites();
}
