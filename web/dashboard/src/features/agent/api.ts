/** The calls about people: agents, invites, passwords. */
import { type Agent, type Invite, type NewInvite, type Role, request } from "@chatdesk/client";
import { useQuery } from "@tanstack/react-query";
import { desk } from "@/live/desk";
import { queries } from "@/live/query";
import { fromList } from "./live";

export async function fetchAgents(): Promise<true> {
  const { items } = await request<{ items: Agent[] }>("GET", "/api/v1/agents");
  desk.set("agents", fromList(items));
  return true;
}

export const useAgentsLoad = () => useQuery({ queryKey: ["agents"], queryFn: fetchAgents });

export interface AgentChange {
  role?: Role;
  active?: boolean;
  name?: string;
  display_name?: string | null;
  signature?: string;
  languages?: string[];
}

export async function updateAgent(id: string, change: AgentChange): Promise<void> {
  const agent = await request<Agent>("PATCH", `/api/v1/agents/${encodeURIComponent(id)}`, change);
  desk.set("agents", new Map(desk.agents).set(agent.id, agent));
}

export const signOutEverywhere = (id: string) =>
  request<void>("DELETE", `/api/v1/agents/${encodeURIComponent(id)}/sessions`);

export const changePassword = (current: string, password: string) =>
  request<void>("PUT", "/api/v1/password", { current, password });

const INVITES = ["invites"];

export const useInvites = (allowed: boolean) =>
  useQuery({
    queryKey: INVITES,
    enabled: allowed,
    queryFn: () => request<{ items: Invite[]; mail: boolean }>("GET", "/api/v1/invites"),
  });

export const refreshInvites = () => queries.invalidateQueries({ queryKey: INVITES });

export async function createInvite(role: Role): Promise<NewInvite> {
  const invite = await request<NewInvite>("POST", "/api/v1/invites", { role });
  void refreshInvites();
  return invite;
}

export async function revokeInvite(id: string): Promise<void> {
  await request<void>("DELETE", `/api/v1/invites/${encodeURIComponent(id)}`);
  await refreshInvites();
}
