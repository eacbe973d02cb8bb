/** The calls about how the team is made up: departments, roles, statuses, password links. */
import {
  type Agent,
  type AgentStatus,
  type CustomRole,
  type Department,
  type Hours,
  type Permission,
  type Roles,
  request,
  type StatusNow,
} from "@chatdesk/client";
import { useQuery } from "@tanstack/react-query";
import { desk } from "@/live/desk";
import { queries } from "@/live/query";
import { useDesk } from "@/live/use";

const path = (noun: string, id: string) => `/api/v1/${noun}/${encodeURIComponent(id)}`;
const refresh = () => queries.invalidateQueries({ queryKey: ["team"] });

export const useDepartments = () =>
  useQuery({
    queryKey: ["team", "departments"],
    queryFn: () => request<{ items: Department[] }>("GET", "/api/v1/departments"),
    select: (answer) => answer.items,
  });

export const useRoles = () =>
  useQuery({
    queryKey: ["team", "roles"],
    queryFn: () => request<Roles>("GET", "/api/v1/roles"),
  });

/** Whether the signed-in agent may do something; the server decides again. */
export const useMay = (permission: Permission): boolean =>
  useDesk((d) => d.session?.permissions.includes(permission) ?? false);

export async function createDepartment(name: string): Promise<void> {
  await request<Department>("POST", "/api/v1/departments", { name });
  await refresh();
}

export interface DepartmentChange {
  name?: string;
  hours?: Hours | null;
  fallback_id?: string | null;
  archived?: boolean;
}

export async function updateDepartment(id: string, change: DepartmentChange): Promise<void> {
  await request<Department>("PATCH", path("departments", id), change);
  await refresh();
}

export async function setMember(department: string, agent: string, member: boolean): Promise<void> {
  const member_path = `${path("departments", department)}/members/${encodeURIComponent(agent)}`;
  await request<Department>(member ? "PUT" : "DELETE", member_path);
  await refresh();
}

export async function saveRole(
  id: string | null,
  role: { name: string; permissions: Permission[] },
): Promise<void> {
  if (id === null) await request<CustomRole>("POST", "/api/v1/roles", role);
  else await request<CustomRole>("PATCH", path("roles", id), role);
  await refresh();
}

export async function deleteRole(id: string): Promise<void> {
  await request<void>("DELETE", path("roles", id));
  await refresh();
}

export interface StatusChange {
  status: AgentStatus;
  until?: string;
  reason?: string;
}

export async function setStatus(id: string, change: StatusChange): Promise<void> {
  const status = await request<StatusNow>("PUT", `${path("agents", id)}/status`, change);
  const agent = desk.agents.get(id);
  if (agent) desk.set("agents", new Map(desk.agents).set(id, { ...agent, status }));
}

export async function setLimit(id: string, chat_limit: number): Promise<void> {
  const agent = await request<Agent>("PATCH", path("agents", id), { chat_limit });
  desk.set("agents", new Map(desk.agents).set(id, agent));
}

export interface ResetLink {
  url: string;
  expires_at: string;
}

export const makeResetLink = (id: string) =>
  request<ResetLink>("POST", `${path("agents", id)}/reset`);

/** Signs in with the new password. */
export const redeemPasswordLink = (token: string, password: string) =>
  request<unknown>("POST", "/api/v1/password/reset", { token, password });
