/** Monitoring: the floor as it is now. Every number opens its list; rows stand still under the pointer. */
import type { AgentLoad, AgentStatus, Conversation } from "@chatdesk/client";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Avatar } from "@/components/ui/avatar";
import { Button } from "@/components/ui/button";
import { MenuButton } from "@/components/ui/menu-button";
import { Empty, Failure, Loading } from "@/components/ui/notice";
import { sorted } from "@/features/agent/live";
import { useConversationPages } from "@/features/conversation/api";
import { listOf } from "@/features/conversation/live";
import { Page } from "@/features/shell/components/page";
import { useMay } from "@/features/team/api";
import { useTranslation } from "@/lib/i18n";
import { clockTime } from "@/lib/time";
import { desk } from "@/live/desk";
import { useConversation, useDesk, useLine, useMe, useNow } from "@/live/use";
import { give, ringAgain, useLiveFigures, useMonitoring } from "../api";
import { span, steady } from "../span";
import { Figure, Figures } from "./figures";

export function Monitoring() {
  const { t } = useTranslation("routing");
  const me = useMe();
  const allowed = useMay("monitoring.read");
  const load = useMonitoring(allowed);
  useLiveFigures("monitoring");
  const now = useNow(1_000);
  const { live } = useLine();
  if (me && !allowed) return <Empty title={t("adminsOnly")} />;
  const data = load.data;
  return (
    <Page
      title={t("monitoring.title")}
      actions={
        <p role="status" className="text-label text-text2">
          {live || !data ? null : t("monitoring.asOf", { time: clockTime(data.now) })}
        </p>
      }
    >
      {load.isError && !data ? (
        <Failure
          error={load.error}
          what={t("monitoring.loadFailed")}
          onRetry={() => void load.refetch()}
        />
      ) : null}
      {load.isPending ? <Loading rows={6} /> : null}
      {data ? (
        <div className={live ? "flex flex-col gap-6" : "flex flex-col gap-6 opacity-60"}>
          <Figures label={t("monitoring.now")}>
            <Figure
              name={t("figure.waiting")}
              value={data.waiting}
              view="waiting"
              detail={
                data.waiting_since
                  ? t("figure.longest", { span: span(data.waiting_since, now) })
                  : null
              }
            />
            <Figure name={t("figure.ringing")} value={data.ringing} view="ringing" />
            <Figure name={t("figure.active")} value={data.active} view="active" />
            <Figure name={t("figure.free")} value={data.free_places} view={null} />
            <Figure
              name={t("figure.missed")}
              value={data.missed}
              view="missed"
              alarming={data.missed > 0}
            />
          </Figures>
          {data.missed > 0 ? <Missed /> : null}
          <Floor agents={data.agents} now={now} />
        </div>
      ) : null}
    </Page>
  );
}

const HEAD = ["agent", "present", "since", "chats", "handling", "unanswered"] as const;
const SHAPES: Record<AgentStatus, string> = {
  available: "●",
  break: "◐",
  training: "▲",
  floor_support: "◆",
  not_available: "○",
};

const CELL = "px-3 py-2 text-left";

function Floor({ agents, now }: { agents: readonly AgentLoad[]; now: number }) {
  const { t } = useTranslation("routing");
  const [held, setHeld] = useState(false);
  const [shown, setShown] = useState<readonly string[]>([]);
  const order = steady(
    shown,
    agents.map(({ id }) => id),
    held,
  );
  if (order.join() !== shown.join()) setShown(order);
  const byId = new Map(agents.map((agent) => [agent.id, agent]));
  return (
    <section aria-label={t("monitoring.agents")} className="flex flex-col gap-2">
      <h2 className="text-heading font-semibold">{t("monitoring.agents")}</h2>
      <div className="scroller overflow-x-auto rounded-card border bg-surface">
        <table
          className="w-full border-collapse max-two:block"
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
        >
          <thead className="max-two:sr-only">
            <tr className="border-b text-label text-text2">
              {HEAD.map((name) => (
                <th key={name} scope="col" className={`${CELL} font-medium`}>
                  {t(`head.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="max-two:block">
            {order.map((id) => {
              const agent = byId.get(id);
              return agent ? <Row key={id} agent={agent} now={now} /> : null;
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ agent, now }: { agent: AgentLoad; now: number }) {
  const { t } = useTranslation("routing");
  const [open, setOpen] = useState(false);
  const cell = `${CELL} max-two:flex max-two:justify-between max-two:py-1`;
  const word = (name: (typeof HEAD)[number]) => (
    <span className="hidden text-label text-text2 max-two:inline">{t(`head.${name}`)}</span>
  );
  return (
    <>
      <tr className="border-b last:border-b-0 max-two:block max-two:py-2">
        <th scope="row" className={`${CELL} font-medium`}>
          <span className="flex items-center gap-2">
            <Avatar name={agent.name} size={20} decorative online={agent.online} />
            {agent.name}
          </span>
        </th>
        <td className={cell}>
          {word("present")}
          <span className={agent.status === "available" ? "text-ok" : "text-away"}>
            <span aria-hidden="true">{SHAPES[agent.status]} </span>
            {t(`status.${agent.status}`)}
          </span>
        </td>
        <td className={`${cell} tabular`}>
          {word("since")}
          {span(agent.status_since, now)}
        </td>
        <td className={`${cell} tabular`}>
          {word("chats")}
          <Button
            look="quiet"
            size="small"
            aria-expanded={open}
            disabled={agent.chats === 0}
            onClick={() => setOpen(!open)}
          >
            {t("monitoring.chatsOf", { chats: agent.chats, limit: agent.limit })}
          </Button>
        </td>
        <td className={`${cell} tabular`}>
          {word("handling")}
          {agent.handling_since ? span(agent.handling_since, now) : "—"}
        </td>
        <td className={`${cell} tabular`}>
          {word("unanswered")}
          {agent.unanswered_since ? span(agent.unanswered_since, now) : "—"}
        </td>
      </tr>
      {open && agent.chats > 0 ? (
        <tr className="border-b max-two:block">
          <td colSpan={HEAD.length} className="bg-sunken px-3 py-2 max-two:block">
            <ChatsOf agent={agent} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** The chats behind an agent's number, each with a way to somebody else. */
function ChatsOf({ agent }: { agent: AgentLoad }) {
  const { t } = useTranslation("routing");
  const ids = useList("active").filter(
    (id) => desk.conversations.get(id)?.conversation.owner?.id === agent.id,
  );
  return (
    <ul aria-label={t("monitoring.chatsList", { name: agent.name })} className="flex flex-col">
      {ids.map((id) => (
        <Chat key={id} id={id} />
      ))}
    </ul>
  );
}

function useList(view: "active" | "missed"): string[] {
  useConversationPages(view);
  useDesk((d) => d.version);
  return listOf(desk.conversations.values(), view, desk.me, null, desk.floor);
}

function Chat({ id }: { id: string }) {
  const conversation = useConversation(id);
  if (!conversation) return null;
  return (
    <li className="flex min-h-9 items-center gap-2">
      <ChatLink conversation={conversation} view="active" />
      <Give conversation={conversation} />
    </li>
  );
}

interface ChatLinkProps {
  conversation: Conversation;
  view: "active" | "missed";
}

function ChatLink({ conversation, view }: ChatLinkProps) {
  return (
    <Link
      to="/inbox/$id"
      params={{ id: conversation.id }}
      search={{ view }}
      className="flex min-w-0 flex-1 items-baseline gap-2 hover:underline"
    >
      <span className="shrink-0 font-medium">{conversation.contact.name}</span>
      <span className="tabular shrink-0 text-label text-text2">#{conversation.number}</span>
      <span className="truncate text-text2" dir="auto">
        {conversation.preview}
      </span>
    </Link>
  );
}

function Give({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("routing");
  const agents = useDesk((d) => d.agents);
  const others = sorted(agents).filter(
    (agent) => agent.active && agent.id !== conversation.owner?.id,
  );
  return (
    <MenuButton label={t("give", { name: conversation.contact.name })}>
      {({ MenuItem, MenuGroup }) => (
        <MenuGroup label={t("giveTo")}>
          {others.map((agent) => (
            <MenuItem
              key={agent.id}
              onSelect={() => void give(conversation, agent.id).catch(() => {})}
            >
              {agent.status.status === "available"
                ? agent.name
                : t("agentNot", { name: agent.name, status: t(`status.${agent.status.status}`) })}
            </MenuItem>
          ))}
        </MenuGroup>
      )}
    </MenuButton>
  );
}

/** What rang in vain, and what can be done about it. */
function Missed() {
  const { t } = useTranslation("routing");
  const ids = useList("missed");
  return (
    <section aria-label={t("figure.missed")} className="flex flex-col gap-2">
      <h2 className="text-heading font-semibold">{t("figure.missed")}</h2>
      <ul className="divide-y rounded-card border bg-surface px-3">
        {ids.map((id) => (
          <MissedChat key={id} id={id} />
        ))}
      </ul>
    </section>
  );
}

function MissedChat({ id }: { id: string }) {
  const { t } = useTranslation("routing");
  const conversation = useConversation(id);
  const now = useNow(10_000);
  if (!conversation?.missed_at) return null;
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-2 py-1">
      <ChatLink conversation={conversation} view="missed" />
      <span className="tabular text-label text-text2">{span(conversation.missed_at, now)}</span>
      <Button size="small" onClick={() => void ringAgain(conversation).catch(() => {})}>
        {t("ringAgain")}
      </Button>
      <Give conversation={conversation} />
    </li>
  );
}
