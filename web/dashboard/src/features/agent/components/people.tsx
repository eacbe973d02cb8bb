/** Who works here, and how others join. */
import { type Agent, ApiError, type Role } from "@chatdesk/client";
import { lazy, Suspense, useState } from "react";
import { Avatar } from "@/components/ui/avatar";
import { INPUT } from "@/components/ui/field";
import { MenuButton } from "@/components/ui/menu-button";
import { Failure, InlineError, Loading } from "@/components/ui/notice";
import { endsSession } from "@/features/session/api";
import { Page } from "@/features/shell/components/page";
import { useDepartments, useMay, useRoles } from "@/features/team/api";
import { StatusMark } from "@/features/team/components/status-mark";
import { TeamTabs } from "@/features/team/components/team-tabs";
import { agoWords } from "@/lib/ago";
import { useTranslation } from "@/lib/i18n";
import { desk } from "@/live/desk";
import { useDesk, useNow } from "@/live/use";
import { signOutEverywhere, updateAgent, useAgentsLoad } from "../api";
import { sorted } from "../live";
import { Invites } from "./invites";

const PersonDialog = lazy(() => import("@/features/team/components/person-dialog"));

export function People() {
  const { t } = useTranslation();
  const load = useAgentsLoad();
  const agents = useDesk((d) => d.agents);
  const admin = useMay("people.manage");
  const [refused, setRefused] = useState<string | null>(null);
  const act = (call: () => Promise<unknown>) => {
    setRefused(null);
    call().catch((error: unknown) => {
      if (endsSession(error)) return;
      const known = error instanceof ApiError ? error : null;
      setRefused(known?.detail || known?.title || t("common.notDone"));
    });
  };
  const list = sorted(agents);
  return (
    <Page title={t("people.title", { count: list.filter((agent) => agent.active).length })}>
      <TeamTabs />
      {admin ? <Invites alone={list.length === 1} /> : null}
      {refused ? <InlineError>{refused}</InlineError> : null}
      {load.isError && list.length === 0 ? (
        <Failure
          error={load.error}
          what={t("people.loadFailed")}
          onRetry={() => void load.refetch()}
        />
      ) : null}
      {load.isPending && list.length === 0 ? <Loading rows={4} /> : null}
      {list.length > 0 ? (
        <ul className="divide-y rounded-card border bg-surface">
          {list.map((agent) => (
            <Person key={agent.id} agent={agent} admin={admin} act={act} />
          ))}
        </ul>
      ) : null}
    </Page>
  );
}

interface PersonProps {
  agent: Agent;
  admin: boolean;
  act: (call: () => Promise<unknown>) => void;
}

function Person({ agent, admin, act }: PersonProps) {
  const { t } = useTranslation();
  const { t: team } = useTranslation("team");
  const departments = useDepartments().data ?? [];
  const now = useNow(60_000);
  const mine = agent.id === desk.me;
  const theirs = departments
    .filter((each) => !each.archived && each.members.includes(agent.id))
    .map((each) => each.name);
  return (
    <li className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
      <Avatar name={agent.name} size={32} decorative online={agent.online && agent.active} />
      <div className="min-w-40 flex-1">
        <p className="truncate font-medium">
          {agent.name} {mine ? <span className="text-text3">{t("people.you")}</span> : null}
        </p>
        <p className="truncate text-label text-text3">{agent.email}</p>
      </div>
      <div className="w-44 min-w-0">
        {agent.active ? (
          <StatusMark status={agent.status} />
        ) : (
          <span className="text-label text-text3">✕ {t("people.off")}</span>
        )}
        {agent.active && !agent.online && agent.seen_at ? (
          <p className="text-meta text-text3">
            {team("people.seen", { ago: agoWords(t, agent.seen_at, now) })}
          </p>
        ) : null}
      </div>
      <span className="w-40 truncate text-label text-text2 max-two:hidden">
        {theirs.length > 0 ? theirs.join(", ") : team("people.none")}
      </span>
      {admin && agent.active ? (
        <RoleChoice agent={agent} act={act} />
      ) : (
        <span className="w-28 text-label text-text2 max-two:hidden">
          <RoleName role={agent.role} />
        </span>
      )}
      {admin ? <PersonMenu agent={agent} act={act} /> : null}
    </li>
  );
}

function RoleName({ role }: { role: Role }) {
  const { t } = useTranslation();
  const custom = useRoles().data?.items.find((each) => each.id === role);
  if (role === "administrator" || role === "agent") return t(`role.${role}`);
  return custom?.name ?? "…";
}

function RoleChoice({ agent, act }: { agent: Agent; act: PersonProps["act"] }) {
  const { t } = useTranslation();
  const { t: team } = useTranslation("team");
  const custom = useRoles().data?.items ?? [];
  return (
    <select
      aria-label={team("people.role", { name: agent.name })}
      value={agent.role}
      onChange={(event) => act(() => updateAgent(agent.id, { role: event.target.value as Role }))}
      className={`${INPUT} h-8 w-28 px-2 max-two:h-11`}
    >
      <option value="administrator">{t("role.administrator")}</option>
      <option value="agent">{t("role.agent")}</option>
      {custom.map((role) => (
        <option key={role.id} value={role.id}>
          {role.name}
        </option>
      ))}
    </select>
  );
}

function PersonMenu({ agent, act }: { agent: Agent; act: PersonProps["act"] }) {
  const { t } = useTranslation();
  const { t: team } = useTranslation("team");
  const [asking, setAsking] = useState<"status" | "password" | null>(null);
  const { id, name, active } = agent;
  return (
    <>
      <MenuButton label={t("people.actionsFor", { name })}>
        {({ MenuItem, MenuLine }) => (
          <>
            <MenuItem disabled={!active} onSelect={() => setAsking("status")}>
              {team("people.setStatus")}
            </MenuItem>
            <MenuItem disabled={!active} onSelect={() => setAsking("password")}>
              {team("people.resetPassword")}
            </MenuItem>
            <MenuItem onSelect={() => act(() => signOutEverywhere(id))}>
              {t("people.signOutEverywhere")}
            </MenuItem>
            <MenuLine />
            <MenuItem
              danger={active}
              onSelect={() => act(() => updateAgent(id, { active: !active }))}
            >
              {active ? t("people.deactivate") : t("people.activate")}
            </MenuItem>
          </>
        )}
      </MenuButton>
      {asking ? (
        <Suspense>
          <PersonDialog agent={agent} asking={asking} onClose={() => setAsking(null)} />
        </Suspense>
      ) : null}
    </>
  );
}
