/** One row of the list: state, who, where, when; then the last words, whose it is, what is new. */
import type { Conversation, ViewName } from "@chatdesk/client";
import { clsx } from "clsx";
import { Reply } from "lucide-react";
import { memo } from "react";
import { Avatar } from "@/components/ui/avatar";
import { agoText } from "@/lib/ago";
import { useTranslation } from "@/lib/i18n";
import { firstName } from "@/lib/name";
import { fullTime } from "@/lib/time";
import { desk } from "@/live/desk";
import { useConversation, useShownDraft, useTyping, useViewers } from "@/live/use";
import { placeOf, unreadOf } from "../live";
import { PriorityMark } from "./priority-mark";
import { StateMark } from "./state-mark";

interface RowProps {
  id: string;
  view: ViewName;
  selected: boolean;
  tabbable: boolean;
  now: number;
  href: string;
}

export const Row = memo(function Row({ id, view, selected, tabbable, now, href }: RowProps) {
  const conversation = useConversation(id);
  const { t } = useTranslation();
  if (!conversation) return null;
  const unread = unreadOf(conversation);
  const gone = conversation.state === "resolved" && view !== "resolved";
  const { at } = placeOf(conversation, view);
  return (
    <a
      href={href}
      data-row={id}
      tabIndex={tabbable ? 0 : -1}
      aria-current={selected ? "true" : undefined}
      draggable={false}
      className={clsx(
        "flex h-14 flex-col justify-center gap-0.5 border-b px-3 select-none",
        "focus-visible:outline-offset-[-2px]",
        selected ? "bg-accent-tint" : "hover:bg-sunken",
        gone && "line-through opacity-70",
      )}
    >
      <span className="flex items-center gap-2">
        <StateMark state={conversation.state} />
        <span
          className={clsx("min-w-0 flex-1 truncate", unread > 0 ? "font-semibold" : "font-medium")}
        >
          {conversation.contact.name}
        </span>
        <Viewers id={id} />
        <span className="text-meta text-text3">{t("channel.web")}</span>
        <time
          dateTime={at}
          title={fullTime(at)}
          className="min-w-6 text-right text-meta text-text3"
        >
          {agoText(t, at, now)}
        </time>
      </span>
      <span className="flex items-center gap-2 pl-[22px] text-label">
        <LastWords conversation={conversation} unread={unread > 0} />
        <PriorityMark priority={conversation.priority} />
        <Holder conversation={conversation} view={view} />
        {unread > 0 ? (
          <span className="tabular min-w-5 rounded-full bg-text px-1.5 text-center text-meta font-semibold text-surface">
            <span aria-hidden="true">{unread > 99 ? "99+" : unread}</span>
            <span className="sr-only">{t("inbox.unread", { count: unread })}</span>
          </span>
        ) : null}
      </span>
    </a>
  );
});

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
