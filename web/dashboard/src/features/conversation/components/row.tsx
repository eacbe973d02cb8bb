/** One row of the list: state, who, where, when; then the last words, whose it is, what is new. */
import type { Conversation, ViewName } from "@chatdesk/client";
import { clsx } from "clsx";
import { Reply } from "lucide-react";
import { memo } from "react";
import { Avatar } from "@/components/ui/avatar";
import type { Density } from "@/features/theme/density";
import { agoText } from "@/lib/ago";
import { useTranslation } from "@/lib/i18n";
import { firstName } from "@/lib/name";
import { fullTime } from "@/lib/time";
import { whenText } from "@/lib/when";
import { desk } from "@/live/desk";
import { useConversation, useShownDraft, useTyping, useViewers } from "@/live/use";
import { placeOf, unreadOf } from "../live";
import { PriorityMark } from "./priority-mark";
import { StateMark } from "./state-mark";

interface RowProps {
  id: string;
  view: ViewName;
  density: Density;
  selected: boolean;
  tabbable: boolean;
  now: number;
  href: string;
}

export const Row = memo(function Row(props: RowProps) {
  const { id, view, density, selected, tabbable, now, href } = props;
  const conversation = useConversation(id);
  const { t } = useTranslation();
  if (!conversation) return null;
  const unread = unreadOf(conversation);
  const gone = conversation.state === "resolved" && view !== "resolved";
  const asleep = conversation.state === "snoozed";
  const at = asleep ? conversation.last_message_at : placeOf(conversation, view).at;
  return (
    <a
      href={href}
      data-row={id}
      tabIndex={tabbable ? 0 : -1}
      aria-current={selected ? "true" : undefined}
      draggable={false}
      className={clsx(
        "flex justify-center border-b px-3 select-none focus-visible:outline-offset-[-2px]",
        density === "compact" ? "h-10 items-center gap-2" : "h-14 flex-col gap-0.5",
        selected ? "bg-accent-tint" : "hover:bg-sunken",
        gone && "line-through opacity-70",
      )}
    >
      {density === "compact" ? (
        <>
          <StateMark state={conversation.state} />
          <Name conversation={conversation} unread={unread > 0} className="max-w-28 shrink-0" />
          <span className="flex min-w-0 flex-1 text-label">
            <LastWords conversation={conversation} unread={unread > 0} />
          </span>
          <PriorityMark priority={conversation.priority} />
          <Viewers id={id} />
          <Unread count={unread} />
          <When at={at} now={now} />
        </>
      ) : (
        <>
          <span className="flex items-center gap-2">
            <StateMark state={conversation.state} />
            <Name conversation={conversation} unread={unread > 0} className="min-w-0 flex-1" />
            <Viewers id={id} />
            <span className="text-meta text-text3">{t("channel.web")}</span>
            <When at={at} now={now} />
          </span>
          <span className="flex items-center gap-2 pl-[22px] text-label">
            <LastWords conversation={conversation} unread={unread > 0} />
            <PriorityMark priority={conversation.priority} />
            {asleep ? (
              <Sleep until={conversation.snoozed_until} now={now} />
            ) : (
              <Holder conversation={conversation} view={view} />
            )}
            <Unread count={unread} />
          </span>
        </>
      )}
    </a>
  );
});

interface NameProps {
  conversation: Conversation;
  unread: boolean;
  className: string;
}

function Name({ conversation, unread, className }: NameProps) {
  return (
    <span className={clsx("truncate", unread ? "font-semibold" : "font-medium", className)}>
      {conversation.contact.name}
    </span>
  );
}

function When({ at, now }: { at: string; now: number }) {
  const { t } = useTranslation();
  return (
    <time
      dateTime={at}
      title={fullTime(at)}
      className="min-w-6 shrink-0 text-right text-meta text-text3"
    >
      {agoText(t, at, now)}
    </time>
  );
}

function Unread({ count }: { count: number }) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <span className="tabular min-w-5 shrink-0 rounded-full bg-text px-1.5 text-center text-meta font-semibold text-surface">
      <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
      <span className="sr-only">{t("inbox.unread", { count })}</span>
    </span>
  );
}

function LastWords({ conversation, unread }: { conversation: Conversation; unread: boolean }) {
  const { t } = useTranslation();
  const draft = useShownDraft(conversation.id);
  const typing = useTyping(conversation.id).find((entry) => entry.user);
  const className = "min-w-0 flex-1 truncate";
  if (typing)
    return <span className={clsx(className, "text-accent italic")}>{t("inbox.typing")}</span>;
  if (draft) {
    return (
      <span className={clsx(className, "text-text2")}>
        <b className="font-semibold text-bad">{t("inbox.draft")}</b> {draft.text}
      </span>
    );
  }
  const ours = conversation.preview_author === "agent";
  return (
    <span className={clsx(className, unread ? "text-text" : "text-text3")} dir="auto">
      {ours ? (
        <Reply
          size={12}
          strokeWidth={1.5}
          aria-label={t("inbox.ours")}
          role="img"
          className="mr-1 inline align-[-1px]"
        />
      ) : null}
      {conversation.preview}
    </span>
  );
}

function Sleep({ until, now }: { until: string | null; now: number }) {
  const { t } = useTranslation();
  return (
    <span className="shrink-0 text-meta text-text2">
      {until
        ? t("thread.snoozedUntil", { when: whenText(t, until, now) })
        : t("thread.snoozedReply")}
    </span>
  );
}

/** In words whose it is, unless the list already says so. */
function Holder({ conversation, view }: { conversation: Conversation; view: ViewName }) {
  const { t } = useTranslation();
  const { owner, state } = conversation;
  if (!owner || view === "mine") {
    return <span className="shrink-0 text-meta text-text2">{t(`state.${state}`)}</span>;
  }
  const mine = owner.id === desk.me;
  return (
    <span className="flex max-w-24 shrink-0 items-center gap-1 text-meta text-text2">
      <Avatar name={owner.name} size={16} decorative />
      <span className="truncate">{mine ? t("common.you") : firstName(owner.name)}</span>
    </span>
  );
}

function Viewers({ id }: { id: string }) {
  const { t } = useTranslation();
  const others = useViewers(id).filter((agent) => agent.id !== desk.me);
  if (others.length === 0) return null;
  const names = others.map((agent) => agent.name).join(", ");
  return (
    <span className="flex -space-x-1" title={t("inbox.looking", { names })}>
      {others.slice(0, 3).map((agent) => (
        <Avatar key={agent.id} name={agent.name} size={16} decorative />
      ))}
      <span className="sr-only">{t("inbox.looking", { names })}</span>
    </span>
  );
}
