/** The middle pane's messages: windowed, anchored to what is being read, never jumping. */
import type { Conversation } from "@chatdesk/client";
import { ArrowDown } from "lucide-react";
import { memo, useEffect, useMemo, useState } from "react";
import { Button } from "@/components/ui/button";
import { mark } from "@/features/conversation/api";
import { Rated } from "@/features/survey/components/stars";
import { useDepartments } from "@/features/team/api";
import { useTranslation } from "@/lib/i18n";
import { clockTime, dayName, daysBack } from "@/lib/time";
import { desk } from "@/live/desk";
import { useNow, useThread, useTyping } from "@/live/use";
import { firstUnread, type Line } from "../live";
import { type Entry, timelineOf } from "../timeline";
import { usePending, useStuck } from "../use-outbox";
import { Bubble, PendingBubble } from "./bubble";
import { useAnchoredScroll } from "./use-anchored-scroll";

/** Mounted anew for each conversation. */
export function Thread({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { id } = conversation;
  const thread = useThread(id);
  const pending = usePending(id, thread);
  const stuck = useStuck();
  // The mark stays where it was when the thread was opened, though reading moves on.
  const [readSeq] = useState(conversation.agent_marks.read_seq);
  const unread = firstUnread(thread, readSeq)?.id ?? null;
  const [startAt] = useState(unread === null ? null : "unread");
  const entries = useMemo(() => timelineOf(thread, unread), [thread, unread]);
  const scroll = useAnchoredScroll({
    id,
    entries,
    pending: pending.length,
    complete: thread.older === null,
    startAt,
  });
  useReading(conversation, scroll.atBottom);
  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={scroll.box}
        onScroll={scroll.onScroll}
        aria-label={t("thread.messages")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
        tabIndex={0}
        data-thread
        className="scroller h-full [overflow-anchor:none] focus-visible:outline-offset-[-2px]"
      >
        <div className="flex min-h-full flex-col justify-end pb-3">
          {scroll.failed ? (
            <div className="flex justify-center p-3">
              <Button onClick={scroll.retryOlder}>{t("thread.olderFailed")}</Button>
            </div>
          ) : null}
          {entries.slice(scroll.window.start, scroll.window.end).map((entry) => (
            <div
              key={entry.key}
              data-entry={entry.key}
              data-message={entry.type === "message" ? "" : undefined}
            >
              <EntryView entry={entry} conversation={conversation} />
            </div>
          ))}
          {scroll.window.end === entries.length
            ? pending.map((item) => <PendingBubble key={item.clientId} item={item} stuck={stuck} />)
            : null}
          <TypingLine id={id} />
        </div>
      </section>
      <Jump below={scroll.below} away={scroll.away} onJump={scroll.toBottom} />
    </div>
  );
}

function Jump(props: { below: number; away: boolean; onJump: () => void }) {
  const { t } = useTranslation();
  const { below, away, onJump } = props;
  if (below === 0 && !away) return null;
  return (
    <Button
      onClick={onJump}
      className="enter absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-float"
    >
      {below > 0 ? t("thread.newBelow", { count: below }) : t("thread.toNewest")}
      <ArrowDown size={16} strokeWidth={1.5} aria-hidden="true" />
    </Button>
  );
}

/** Tells the server how far our side has looked, while this page is in front. */
function useReading(conversation: Conversation, atBottom: boolean): void {
  const { id, head_seq, agent_marks, owner } = conversation;
  const [front, setFront] = useState(() => document.visibilityState === "visible");
  useEffect(() => {
    const look = () => setFront(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  const counts = owner === null || owner.id === desk.me;
  const behind = head_seq > agent_marks.read_seq;
  useEffect(() => {
    if (!front || !atBottom || !counts || !behind) return;
    mark(id, { read_seq: head_seq }).catch(() => {});
  }, [front, atBottom, counts, behind, id, head_seq]);
}

const EntryView = memo(function EntryView(props: { entry: Entry; conversation: Conversation }) {
  const { t } = useTranslation();
  const { entry, conversation } = props;
  switch (entry.type) {
    case "day":
      return <DayLine at={entry.at} />;
    case "unread":
      return (
        <div className="flex items-center gap-3 px-4 pt-4 text-label font-medium text-accent">
          <span className="h-px flex-1 bg-accent" />
          {t("thread.unread")}
          <span className="h-px flex-1 bg-accent" />
        </div>
      );
    case "line":
      return <EventLine line={entry.line} />;
    case "message":
      return (
        <Bubble
          message={entry.message}
          opens={entry.opens}
          closes={entry.closes}
          conversation={conversation}
        />
      );
  }
});

function DayLine({ at }: { at: string }) {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const back = daysBack(at, now);
  return (
    <div className="flex items-center gap-3 px-4 pt-4 text-label text-text3">
      <span className="h-px flex-1 bg-line" />
      {back === 0 ? t("time.today") : back === 1 ? t("time.yesterday") : dayName(at)}
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}

function EventLine({ line }: { line: Line }) {
  const { t } = useTranslation();
  const you = line.actor.id === desk.me;
  const who = you ? t("common.you") : line.actor.name;
  const itself = line.kind === "woke" && !line.actor.id?.startsWith("agent_");
  const whom = line.owner?.id === desk.me ? t("common.youObject") : (line.owner?.name ?? "");
  if (line.rating) return <Rated rating={line.rating} who={who} at={line.at} />;
  if (line.department) return <HandedOn department={line.department} who={who} at={line.at} />;
  return (
    <p className="flex justify-center gap-2 px-4 pt-3 text-label text-text3">
      {t(itself ? "line.wokeItself" : `line.${line.kind}`, { who, whom, reason: line.reason })}
      <time dateTime={line.at}>{clockTime(line.at)}</time>
    </p>
  );
}

/** Handed to a department; one that is gone from the list is still said to be one. */
function HandedOn({ department, who, at }: { department: string; who: string; at: string }) {
  const { t } = useTranslation();
  const whom = useDepartments().data?.find((it) => it.id === department)?.name;
  return (
    <p className="flex justify-center gap-2 px-4 pt-3 text-label text-text3">
      {t("line.transferred", { who, whom: whom ?? t("line.department") })}
      <time dateTime={at}>{clockTime(at)}</time>
    </p>
  );
}

function TypingLine({ id }: { id: string }) {
  const { t } = useTranslation();
  const typing = useTyping(id).filter((entry) => entry.id !== desk.me);
  return (
    <p aria-live="polite" className="h-6 px-4 pt-2 text-label text-text3 italic">
      {typing.length > 0
        ? t("thread.typing", { names: typing.map((entry) => entry.name).join(", ") })
        : null}
    </p>
  );
}
