/** The right pane: who this is, where they are, what was before. Loaded once it is first shown. */
import type { Conversation } from "@chatdesk/client";
import { useState } from "react";
import { Audit } from "@/features/contact/components/audit";
import { Card, Fact } from "@/features/contact/components/card";
import { Earlier } from "@/features/contact/components/earlier";
import { Notes } from "@/features/contact/components/notes";
import { Peek } from "@/features/contact/components/peek";
import { Who } from "@/features/contact/components/who";
import { languageName } from "@/features/contact/language";
import { FilesCard } from "@/features/file/components/files-card";
import { ratingOf } from "@/features/message/live";
import { Stars } from "@/features/survey/components/stars";
import { TagsCard } from "@/features/tag/components/tags-card";
import { agoText, agoWords } from "@/lib/ago";
import { useTranslation } from "@/lib/i18n";
import { fullTime } from "@/lib/time";
import { useNow, useThread } from "@/live/use";
import { PrioritySelect } from "./priority-select";

/** Mounted anew for each conversation. */
export function ContextPanel({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const [peeked, setPeeked] = useState<Conversation | null>(null);
  if (peeked) return <Peek conversation={peeked} onClose={() => setPeeked(null)} />;
  return (
    <aside
      aria-label={t("context.title")}
      className="scroller flex h-full flex-col gap-6 bg-surface p-4"
    >
      <Who conversation={conversation} />
      <Now conversation={conversation} />
      <TagsCard conversation={conversation} />
      <This conversation={conversation} />
      <Earlier conversation={conversation} onPeek={setPeeked} />
      <FilesCard conversation={conversation} />
      <Notes conversation={conversation} />
      <Audit conversation={conversation} />
    </aside>
  );
}

function Now({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { page, locale, inbox } = conversation;
  return (
    <Card name="now" title={t("context.now")}>
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
  const rating = ratingOf(useThread(conversation.id));
  const { created_at, last_message_at, waiting_since, resolved_at } = conversation;
  const moment = (at: string, text = agoWords) => (
    <time dateTime={at} title={fullTime(at)}>
      {text(t, at, now)}
    </time>
  );
  return (
    <Card name="this" title={t("context.this", { number: conversation.number })}>
      <dl className="flex flex-col gap-1">
        <Fact name={t("priority.label")}>
          <PrioritySelect conversation={conversation} />
        </Fact>
        <Fact name={t("context.started")}>{moment(created_at)}</Fact>
        <Fact name={t("context.lastMessage")}>{moment(last_message_at)}</Fact>
        {waiting_since ? (
          <Fact name={t("context.waiting")}>{moment(waiting_since, agoText)}</Fact>
        ) : null}
        {resolved_at ? <Fact name={t("context.resolved")}>{moment(resolved_at)}</Fact> : null}
        {rating ? (
          <Fact name={t("context.rating")}>
            <Stars stars={rating.stars} />
            {rating.comment ? (
              <span dir="auto" className="block whitespace-pre-wrap">
                {rating.comment}
              </span>
            ) : null}
          </Fact>
        ) : null}
      </dl>
    </Card>
  );
}
