/** Another conversation beside the open one: to be read, not to be worked in. */
import type { Conversation } from "@chatdesk/client";
import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button, buttonClass, IconButton } from "@/components/ui/button";
import { Failure, Loading } from "@/components/ui/notice";
import { StateMark } from "@/features/conversation/components/state-mark";
import { Bubble } from "@/features/message/components/bubble";
import { useTranslation } from "@/lib/i18n";
import { shortDate } from "@/lib/time";
import { usePeek } from "../api";

interface PeekProps {
  conversation: Conversation;
  onClose: () => void;
  /** Where closing leads, in words. */
  back?: string;
}

export function Peek({ conversation, onClose, back }: PeekProps) {
  const { t } = useTranslation("contact");
  const load = usePeek(conversation.id);
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.focus({ preventScroll: true }), []);
  const messages = [...(load.data?.pages ?? [])].reverse().flatMap((page) => page.messages);
  return (
    <section
      ref={place}
      tabIndex={-1}
      aria-label={t("peekTitle", { number: conversation.number })}
      className="quiet-focus flex h-full min-h-0 flex-col bg-surface"
    >
      <header className="flex items-center gap-2 border-b px-2 py-1 pr-12 three:pr-2">
        <IconButton label={back ?? t("peekBack")} side="right" onClick={onClose}>
          <ArrowLeft size={16} strokeWidth={1.5} aria-hidden="true" />
        </IconButton>
        <div className="min-w-0 flex-1">
          <h2 className="truncate font-semibold">
            {t("peekTitle", { number: conversation.number })}
          </h2>
          <p className="flex items-center gap-2 text-label text-text2">
            <StateMark state={conversation.state} word />
            {shortDate(conversation.created_at)}
          </p>
        </div>
        <Link
          to="/inbox/$id"
          params={{ id: conversation.id }}
          search={{ view: conversation.state === "resolved" ? "resolved" : "all" }}
          className={buttonClass("plain", "small")}
        >
          {t("peekOpen")}
        </Link>
      </header>
      <div className="scroller flex min-h-0 flex-1 flex-col pb-3">
        {load.isPending ? <Loading rows={4} /> : null}
        {load.isError && messages.length === 0 ? (
          <Failure error={load.error} what={t("peekFailed")} onRetry={() => void load.refetch()} />
        ) : null}
        {load.hasNextPage ? (
          <Button
            size="small"
            className="mx-auto mt-3"
            disabled={load.isFetchingNextPage}
            onClick={() => void load.fetchNextPage()}
          >
            {load.isFetchingNextPage ? t("loading") : t("peekOlder")}
          </Button>
        ) : null}
        {load.isSuccess && messages.length === 0 ? (
          <p className="p-4 text-label text-text3">{t("peekEmpty")}</p>
        ) : null}
        {messages.map((message) => (
          <Bubble key={message.id} message={message} opens closes conversation={conversation} />
        ))}
      </div>
    </section>
  );
}
