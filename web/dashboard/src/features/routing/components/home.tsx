/** Home: the day in numbers, what needs this agent, and what is still owed to customers. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Empty, Failure, Loading } from "@/components/ui/notice";
import { useConversationPages } from "@/features/conversation/api";
import { listOf, unreadOf } from "@/features/conversation/live";
import { Page } from "@/features/shell/components/page";
import { agoWords } from "@/lib/ago";
import { useTranslation } from "@/lib/i18n";
import { firstName } from "@/lib/name";
import { dayName } from "@/lib/time";
import { desk } from "@/live/desk";
import { useConversation, useDesk, useMe, useNow } from "@/live/use";
import { finishFollowUp, useFollowUps, useHome, useLiveFigures } from "../api";
import { span } from "../span";
import { Figure, Figures } from "./figures";

function partOfDay(hour: number): "morning" | "afternoon" | "evening" {
  return hour < 12 ? "morning" : hour < 18 ? "afternoon" : "evening";
}

export function Home() {
  const { t } = useTranslation("routing");
  const me = useMe();
  const load = useHome();
  useLiveFigures("home");
  const now = useNow(1_000);
  const name = firstName(me?.name ?? "");
  const greeting = t(`home.${partOfDay(new Date(now).getHours())}`, { name });
  const data = load.data;
  return (
    <Page
      title={greeting}
      actions={<p className="text-text2">{dayName(new Date(now).toISOString())}</p>}
    >
      {load.isError && !data ? (
        <Failure
          error={load.error}
          what={t("home.loadFailed")}
          onRetry={() => void load.refetch()}
        />
      ) : null}
      {load.isPending ? <Loading rows={4} /> : null}
      {data ? (
        <Figures label={t("home.today")}>
          <Figure name={t("figure.mine")} value={data.mine} view="mine" />
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
          <Figure name={t("figure.active")} value={data.active} view="active" />
          <Figure
            name={t("figure.missed")}
            value={data.missed}
            view="missed"
            alarming={data.missed > 0}
          />
          <Figure name={t("figure.resolved")} value={data.resolved} view="resolved" />
        </Figures>
      ) : null}
      <NeedsYou now={now} />
      <FollowUps now={now} />
    </Page>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h2 className="text-heading font-semibold">{title}</h2>
      {children}
    </section>
  );
}

/** One's own chats in which the customer had the last word. */
function NeedsYou({ now }: { now: number }) {
  const { t } = useTranslation("routing");
  const pages = useConversationPages("mine");
  useDesk((d) => d.version);
  const ids = listOf(desk.conversations.values(), "mine", desk.me, null, desk.floor).filter(
    (id) => {
      const it = desk.conversations.get(id)?.conversation;
      return it !== undefined && (it.preview_author === "user" || unreadOf(it) > 0);
    },
  );
  if (pages.isPending) return null;
  return (
    <Section title={t("home.needsYou")}>
      {ids.length === 0 ? (
        <div className="rounded-card border bg-surface">
          <Empty title={t("home.quiet")} />
        </div>
      ) : (
        <ul className="divide-y rounded-card border bg-surface">
          {ids.map((id) => (
            <Needing key={id} id={id} now={now} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Needing({ id, now }: { id: string; now: number }) {
  const { t } = useTranslation();
  const it = useConversation(id);
  if (!it) return null;
  return (
    <li>
      <Link
        to="/inbox/$id"
        params={{ id }}
        search={{ view: "mine" }}
        className="flex min-h-11 items-center gap-3 px-4 py-2 hover:bg-sunken focus-visible:outline-offset-[-2px]"
      >
        <span className="shrink-0 font-medium">{it.contact.name}</span>
        <span className="min-w-0 flex-1 truncate text-text2" dir="auto">
          {it.preview}
        </span>
        <time dateTime={it.last_message_at} className="shrink-0 text-label text-text2">
          {agoWords(t, it.last_message_at, now)}
        </time>
      </Link>
    </li>
  );
}

/** What nobody took while it rang stays here until somebody says that it is done. */
function FollowUps({ now }: { now: number }) {
  const { t } = useTranslation("routing");
  const { t: words } = useTranslation();
  const { data } = useFollowUps();
  if (!data || data.length === 0) return null;
  return (
    <Section title={t("followUp.title")}>
      <ul className="divide-y rounded-card border bg-surface">
        {data.map((it) => (
          <li key={it.id} className="flex min-h-11 items-center gap-3 px-4 py-1">
            <Link
              to="/inbox/$id"
              params={{ id: it.conversation_id }}
              search={{ view: "missed" }}
              className="flex min-w-0 flex-1 items-baseline gap-2 hover:underline"
            >
              <span className="shrink-0 font-medium">{it.contact.name}</span>
              <span className="truncate text-text2" dir="auto">
                {it.preview}
              </span>
            </Link>
            <span className="shrink-0 text-label text-text2 max-two:hidden">
              {t("followUp.missed", { ago: agoWords(words, it.created_at, now) })}
            </span>
            <Button
              size="small"
              aria-label={t("followUp.doneWith", { name: it.contact.name })}
              onClick={() => void finishFollowUp(it.id).catch(() => {})}
            >
              {t("followUp.done")}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
