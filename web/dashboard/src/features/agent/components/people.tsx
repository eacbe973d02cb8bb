/** Who works here, and how others join. */
import { type Agent, ApiError } from "@chatdesk/client";
import { useState } from "react";
import { Avatar } from "@/components/ui/avatar";
import { MenuButton } from "@/components/ui/menu-button";
import { Failure, InlineError, Loading } from "@/components/ui/notice";
import { endsSession } from "@/features/session/api";
import { Page } from "@/features/shell/components/page";
import { useTranslation } from "@/lib/i18n";
import { desk } from "@/live/desk";
import { useDesk, useMe } from "@/live/use";
import { signOutEverywhere, updateAgent, useAgentsLoad } from "../api";
import { sorted } from "../live";
import { Invites } from "./invites";

export function People() {
  const { t } = useTranslation();
  const load = useAgentsLoad();
  const agents = useDesk((d) => d.agents);
  const admin = useMe()?.role === "administrator";
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
  const mine = agent.id === desk.me;
  return (
    <li className="flex min-h-14 items-center gap-3 px-4 py-2">
      <Avatar name={agent.name} size={32} decorative online={agent.online && agent.active} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">
          {agent.name} {mine ? <span className="text-text3">{t("people.you")}</span> : null}
        </p>
        <p className="truncate text-label text-text3">{agent.email}</p>
      </div>
      <span className="w-24 text-label text-text2 max-two:hidden">
        {t(agent.role === "administrator" ? "role.administrator" : "role.agent")}
      </span>
      <Presence agent={agent} />
      {admin ? <PersonMenu agent={agent} act={act} /> : null}
    </li>
  );
}

function Presence({ agent }: { agent: Agent }) {
  const { t } = useTranslation();
  const word = !agent.active ? "off" : agent.online ? "online" : "away";
  const shape = { off: "✕", online: "●", away: "○" }[word];
  const colour = { off: "text-text3", online: "text-ok", away: "text-away" }[word];
  return (
    <span className={`flex w-24 items-center gap-1.5 text-label ${colour}`}>
      <span aria-hidden="true">{shape}</span>
      {t(`people.${word}`)}
    </span>
  );
}

function PersonMenu({ agent, act }: { agent: Agent; act: PersonProps["act"] }) {
  const { t } = useTranslation();
  const { id, name, role, active } = agent;
  const other = role === "agent" ? "administrator" : "agent";
  return (
    <MenuButton label={t("people.actionsFor", { name })}>
      {({ MenuItem, MenuLine }) => (
        <>
          <MenuItem onSelect={() => act(() => updateAgent(id, { role: other }))}>
            {other === "administrator" ? t("people.makeAdmin") : t("people.makeAgent")}
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
  );
}
