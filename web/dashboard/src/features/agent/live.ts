/** How the list of agents changes by event and presence. Pure. */
import type { Agent, EventFrame } from "@chatdesk/client";

export type Agents = ReadonlyMap<string, Agent>;

export function fromList(items: readonly Agent[]): Agents {
  return new Map(items.map((agent) => [agent.id, agent]));
}

/** Presence comes by its own frames, so an event's copy does not decide it. */
export function applyEvent(agents: Agents, frame: EventFrame): Agents {
  if (frame.kind === "agent.status_changed") {
    const agent = agents.get(frame.data.agent_id);
    return agent ? new Map(agents).set(agent.id, { ...agent, status: frame.data.status }) : agents;
  }
  if (frame.kind !== "agent.joined" && frame.kind !== "agent.updated") return agents;
  const { agent } = frame.data;
  const held = agents.get(agent.id);
  const { online, seen_at } = held ?? { online: agent.online, seen_at: null };
  return new Map(agents).set(agent.id, { ...agent, online, seen_at });
}

export function applyPresence(agents: Agents, id: string, online: boolean): Agents {
  const agent = agents.get(id);
  if (!agent || agent.online === online) return agents;
  return new Map(agents).set(id, { ...agent, online });
}

/** Active ones first, then by name. */
export function sorted(agents: Agents): Agent[] {
  return [...agents.values()].sort(
    (a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name),
  );
}
