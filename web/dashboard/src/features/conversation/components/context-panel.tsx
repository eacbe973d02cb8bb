/** The right pane: who this is, where they are, what was before. */
import type { Conversation } from "@chatdesk/client";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { Avatar } from "@/components/ui/avatar";
import { agoText, agoWords } from "@/lib/ago";
import { useTranslation } from "@/lib/i18n";
import { fullTime, shortDate } from "@/lib/time";
import { desk } from "@/live/desk";
import { useContactOnline, useDesk, useNow } from "@/live/use";
import { StateMark } from "./state-mark";

export function ContextPanel({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const online = useContactOnline(conversation.id);
  const { contact } = conversation;
  return (
    <aside
      aria-label={t("context.title")}
      className="scroller flex h-full flex-col gap-6 bg-surface p-4"
    >
      <section className="flex items-center gap-3">
        <Avatar name={contact.name} size={40} decorative online={online} />
        <div className="min-w-0">
          <h2 className="truncate text-heading font-semibold">{contact.name}</h2>
          <p className="text-label text-text2">
            {online ? t("context.online") : t("context.offline")}
          </p>
        </div>
      </section>
      <Now conversation={conversation} />
      <This conversation={conversation} />
      <Earlier conversation={conversation} />
    </aside>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="border-b pb-1 text-label font-medium text-text3">{title}</h3>
      {children}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-3">
      <dt className="w-24 shrink-0 text-text3">{name}</dt>
      <dd className="min-w-0 flex-1 break-words">{children}</dd>
    </div>
  );
}

function languageName(locale: string): string {
  try {
    return new Intl.DisplayNames(undefined, { type: "language" }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}

function Now({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { page, locale, inbox } = conversation;
  return (
    <Card title={t("context.now")}>
      <dl className="flex flex-col gap-1">
        <Fact name={t("context.channel")}>{t("context.webVia", { inbox: inbox.name })}</Fact>
        <Fact name={t("context.page")}>
          <span title={page ?? undefined} className="break-all">
            {page ? shortPage(page) : t("context.unknown")}
          </span>
        </Fact>
        <Fact name={t("context.language")}>
          {locale ? languageName(locale) : t("context.unknown")}
        </Fact>
      </dl>
    </Card>
  );
}

/** `https://shop.acme.com/checkout?step=2` → `shop.acme.com/checkout`. */
function shortPage(page: string): string {
  try {
    const { host, pathname } = new URL(page);
    return host + (pathname === "/" ? "" : pathname);
  } catch {
    return page;
  }
}

function This({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const now = useNow(20_000);
  const { created_at, last_message_at, waiting_since, resolved_at } = conversation;
  const moment = (at: string, text = agoWords) => (
    <time dateTime={at} title={fullTime(at)}>
      {text(t, at, now)}
    </time>
  );
  return (
    <Card title={t("context.this", { number: conversation.number })}>
      <dl className="flex flex-col gap-1">
        <Fact name={t("context.started")}>{moment(created_at)}</Fact>
        <Fact name={t("context.lastMessage")}>{moment(last_message_at)}</Fact>
        {waiting_since ? (
          <Fact name={t("context.waiting")}>{moment(waiting_since, agoText)}</Fact>
        ) : null}
        {resolved_at ? <Fact name={t("context.resolved")}>{moment(resolved_at)}</Fact> : null}
      </dl>
    </Card>
  );
}

const MOST_EARLIER = 10;

function Earlier({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const version = useDesk((d) => d.version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the store's content
  const earlier = useMemo(
    () =>
      [...desk.conversations.values()]
        .map((known) => known.conversation)
        .filter(
          (each) => each.contact.id === conversation.contact.id && each.id !== conversation.id,
        )
        .sort((a, b) => b.number - a.number)
        .slice(0, MOST_EARLIER),
    [version, conversation.contact.id, conversation.id],
  );
  if (earlier.length === 0) return null;
  return (
    <Card title={t("context.earlier", { count: earlier.length })}>
      <ul className="flex flex-col gap-1">
        {earlier.map((each) => (
          <li key={each.id}>
            <Link
              to="/inbox/$id"
              params={{ id: each.id }}
              search={{ view: each.state === "resolved" ? "resolved" : "all" }}
              className="flex items-center gap-2 rounded-button py-1 hover:bg-sunken"
            >
              <StateMark state={each.state} />
              <span className="min-w-0 flex-1 truncate">{each.preview}</span>
              <time className="text-meta text-text3">{shortDate(each.created_at)}</time>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
