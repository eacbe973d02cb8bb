/** One message: whose words, what kind, how far they came. */
import type { Conversation, Message, MessageStatus } from "@chatdesk/client";
import { clsx } from "clsx";
import { Check, CheckCheck, Clock, Lock, TriangleAlert } from "lucide-react";
import { lazy, memo, type ReactNode, Suspense } from "react";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/lib/i18n";
import { clockTime, fullTime } from "@/lib/time";
import { desk } from "@/live/desk";
import { linksIn } from "../links";
import { statusOf } from "../live";
import { discardMessage, type OutgoingItem, retryMessage } from "../outbox";

const Attachments = lazy(async () => {
  const { Attachments } = await import("@/features/file/components/attachments");
  return { default: Attachments };
});

function Files({ files, right }: { files: Message["attachments"]; right: boolean }) {
  if (!files || files.length === 0) return null;
  return (
    <Suspense fallback={<span className="h-14" />}>
      <Attachments files={files} right={right} />
    </Suspense>
  );
}

interface BubbleProps {
  message: Message;
  opens: boolean;
  closes: boolean;
  conversation: Conversation;
}

type Side = "customer" | "agent" | "assistant" | "note" | "system";

function sideOf(message: Message): Side {
  if (message.note) return "note";
  if (message.author.type === "user") return "customer";
  return message.author.type;
}

const SHAPES: Record<Side, string> = {
  customer: "bg-canvas forced-edge",
  agent: "bg-surface border",
  assistant: "bg-ai-tint text-text border border-ai",
  note: "bg-note text-note-text border border-dashed border-note-text",
  system: "text-text2",
};

export const Bubble = memo(function Bubble(props: BubbleProps) {
  const { t } = useTranslation();
  const { message, opens, closes, conversation } = props;
  const side = sideOf(message);
  const mine = message.author.id === desk.me && message.author.type === "agent";
  const name = mine ? t("common.you") : message.author.name;
  return (
    <Frame side={side} opens={opens}>
      {opens ? <Heading side={side} name={name} at={message.created_at} /> : null}
      {message.content.text === "" ? null : (
        <Words side={side} text={message.content.text} at={message.created_at} />
      )}
      <Files files={message.attachments} right={side !== "customer"} />
      {side === "agent" && closes ? <StatusMark status={statusOf(message, conversation)} /> : null}
    </Frame>
  );
});

function Frame({ side, opens, children }: { side: Side; opens: boolean; children: ReactNode }) {
  const right = side === "agent" || side === "assistant";
  return (
    <article
      className={clsx(
        "flex flex-col gap-1 px-4",
        opens ? "pt-3" : "pt-1",
        right || side === "note" ? "items-end" : "items-start",
      )}
    >
      {children}
    </article>
  );
}

function Heading({ side, name, at }: { side: Side; name: string; at: string }) {
  const { t } = useTranslation();
  return (
    <span className="flex items-center gap-1.5 text-label text-text3">
      {side === "note" ? <Lock size={12} strokeWidth={1.5} aria-hidden="true" /> : null}
      <span className="font-medium text-text2">{name}</span>
      {side === "assistant" ? <b className="font-semibold text-ai">{t("thread.ai")}</b> : null}
      {side === "note" ? <span>{t("thread.teamOnly")}</span> : null}
      <time dateTime={at} className="text-meta">
        {clockTime(at)}
      </time>
    </span>
  );
}

function Words({ side, text, at }: { side: Side; text: string; at: string }) {
  return (
    <p
      dir="auto"
      title={fullTime(at)}
      className={clsx(
        "max-w-[min(68ch,88%)] rounded-card px-3 py-2 text-message [overflow-wrap:anywhere] whitespace-pre-wrap",
        SHAPES[side],
      )}
    >
      {linksIn(text).map((part) =>
        part.href ? (
          <a
            key={part.at}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="text-accent underline"
          >
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </p>
  );
}

function StatusMark({ status }: { status: MessageStatus }) {
  const { t } = useTranslation();
  const Icon = status === "sent" ? Check : CheckCheck;
  const read = status === "read";
  return (
    <span
      className={clsx(
        "flex items-center gap-1 text-meta",
        read ? "font-medium text-accent" : "text-text3",
      )}
    >
      <Icon size={14} strokeWidth={read ? 2.5 : 1.5} aria-hidden="true" />
      {t(`status.${status}`)}
    </span>
  );
}

/** A message on its way, or one that could not leave. */
export function PendingBubble({ item, stuck }: { item: OutgoingItem; stuck: boolean }) {
  const { t } = useTranslation();
  const side = item.payload.note ? "note" : "agent";
  const failed = item.state === "failed" || item.state === "stale" || stuck;
  const at = new Date(item.createdAt).toISOString();
  return (
    <Frame side={side} opens={false}>
      {item.payload.text === "" ? null : <Words side={side} text={item.payload.text} at={at} />}
      <Files files={item.payload.files} right />
      {failed ? (
        <span className="flex flex-wrap items-center justify-end gap-2 text-label text-bad">
          <TriangleAlert size={14} strokeWidth={1.5} aria-hidden="true" />
          <span role="alert">
            {item.detail ?? (item.state === "stale" ? t("thread.stale") : t("thread.notSent"))}
          </span>
          <Button size="small" onClick={() => retryMessage(item.clientId)}>
            {t("common.tryAgain")}
          </Button>
          <Button look="quiet" size="small" onClick={() => discardMessage(item.clientId)}>
            {t("thread.discard")}
          </Button>
        </span>
      ) : (
        <span className="flex items-center gap-1 text-meta text-text3">
          <Clock size={12} strokeWidth={1.5} aria-hidden="true" />
          {item.state === "sending" ? t("status.sending") : t("status.waiting")}
        </span>
      )}
    </Frame>
  );
}
