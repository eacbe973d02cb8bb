/** One find: whose, where, when, and the words around it. */
import type { SearchHit } from "@chatdesk/client";
import { Link } from "@tanstack/react-router";
import { clsx } from "clsx";
import { Lock } from "lucide-react";
import { Avatar } from "@/components/ui/avatar";
import { StateMark } from "@/features/conversation/components/state-mark";
import { agoText } from "@/lib/ago";
import { useTranslation } from "@/lib/i18n";
import { fullTime } from "@/lib/time";
import { desk } from "@/live/desk";
import { piecesOf } from "../marked";

interface HitProps {
  hit: SearchHit;
  now: number;
}

const ROW = "flex gap-3 px-4 py-2.5 focus-visible:outline-offset-[-2px]";

export function HitRow({ hit, now }: HitProps) {
  const { t } = useTranslation("search");
  const { conversation } = hit;
  const face =
    hit.kind === "contact" ? <PersonFace hit={hit} /> : <WordsFace hit={hit} now={now} />;
  if (!conversation) {
    return (
      <div className={ROW}>
        {face}
        <span className="text-label text-text3">{t("noChat")}</span>
      </div>
    );
  }
  return (
    <Link
      to="/inbox/$id"
      params={{ id: conversation.id }}
      search={{ view: conversation.state === "resolved" ? "resolved" : "all" }}
      className={clsx(ROW, "hover:bg-sunken")}
    >
      {face}
    </Link>
  );
}

function PersonFace({ hit }: { hit: SearchHit }) {
  const { t } = useTranslation("search");
  const { conversation } = hit;
  return (
    <>
      <Avatar name={hit.contact.name} size={32} decorative />
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="truncate font-medium">
          <Marked hit={hit} />
        </span>
        {conversation ? (
          <span className="truncate text-label text-text3">
            {t("in", { number: conversation.number, inbox: conversation.inbox.name })}
          </span>
        ) : null}
      </span>
      {conversation ? <StateMark state={conversation.state} /> : null}
    </>
  );
}

function WordsFace({ hit, now }: HitProps) {
  const { t } = useTranslation("search");
  const { t: words } = useTranslation();
  const { conversation, message } = hit;
  const mine = message?.author.type === "agent" && message.author.id === desk.me;
  return (
    <span className="flex min-w-0 flex-1 flex-col gap-1">
      <span className="flex items-center gap-2">
        {conversation ? <StateMark state={conversation.state} /> : null}
        <span className="min-w-0 truncate font-medium">{hit.contact.name}</span>
        {conversation ? (
          <span className="min-w-0 flex-1 truncate text-label text-text3">
            {t("in", { number: conversation.number, inbox: conversation.inbox.name })}
          </span>
        ) : null}
        {message ? (
          <time
            dateTime={message.created_at}
            title={fullTime(message.created_at)}
            className="shrink-0 text-meta text-text3"
          >
            {agoText(words, message.created_at, now)}
          </time>
        ) : null}
      </span>
      <span
        dir="auto"
        className={clsx(
          "line-clamp-2 [overflow-wrap:anywhere]",
          hit.kind === "note" ? "rounded-input bg-note px-1.5 py-0.5 text-note-text" : "text-text2",
        )}
      >
        {hit.kind === "note" ? (
          <Lock size={12} strokeWidth={1.5} className="mr-1 inline" aria-label={t("note")} />
        ) : null}
        {message && message.author.type !== "user" ? (
          <span className="font-medium">{mine ? t("you") : message.author.name}: </span>
        ) : null}
        <Marked hit={hit} />
      </span>
    </span>
  );
}

export function Marked({ hit }: { hit: SearchHit }) {
  return piecesOf(hit.snippet).map((piece) =>
    piece.hit ? (
      <mark key={piece.at} className="rounded-[2px] bg-accent-tint font-medium text-text underline">
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  );
}
