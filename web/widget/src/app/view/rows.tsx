/** One row of the transcript each. Text goes in as text: nothing here reads HTML. */
import type { Chat } from "../chat.ts";
import { pieces } from "../links.ts";
import type { Line } from "../model.ts";
import type { Row } from "../rows.ts";
import { clock, t } from "../t.ts";
import { Files } from "./files.tsx";
import { Alert, Check, Clock, Ticks } from "./icons.tsx";

function Text({ text }: { text: string }) {
  return (
    <span class="text" dir="auto">
      {pieces(text).map((piece, index) =>
        piece.href ? (
          <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        ) : (
          piece.text
        ),
      )}
    </span>
  );
}

type Sent = Extract<Row, { kind: "message" }>;

/** Time and status: for the eye where they tell something new, for the ear always. */
function Meta({ row }: { row: Sent }) {
  const { message, mine, status, told, newest } = row;
  const word = t(`status_${status}`);
  return (
    <p class={told ? "meta" : "unseen"}>
      <time dateTime={message.created_at}>{clock(message.created_at)}</time>
      {mine && (
        <span class="mark" title={word}>
          {told && (status === "sent" ? <Check /> : <Ticks read={status === "read"} />)}
          <span class={newest ? "" : "unseen"}>{word}</span>
        </span>
      )}
    </p>
  );
}

export function MessageRow({ row, chat }: { row: Sent; chat: Chat }) {
  const { message, mine, first, last } = row;
  const name = mine ? t("you") : message.author.name || t("someone");
  return (
    <li
      class={`msg ${mine ? "mine" : "theirs"}${first ? " first" : ""}${last ? " last" : ""}`}
      data-walk
      tabIndex={-1}
    >
      <span class={first && !mine ? "name" : "unseen"}>
        <bdi>{name}</bdi>
        {message.author.type === "assistant" && <span class="chip">{t("by_machine")}</span>}
      </span>
      {message.content.text !== "" && (
        <div class="bubble">
          <Text text={message.content.text} />
        </div>
      )}
      <Files files={message.attachments} chat={chat} />
      <Meta row={row} />
    </li>
  );
}

/** Why what is written is not out yet. */
export type Delay = "offline" | "server" | null;

interface PendingProps {
  row: Extract<Row, { kind: "pending" }>;
  delay: Delay;
  chat: Chat;
}

export function PendingRow({ row, delay, chat }: PendingProps) {
  const { item, first, last, next } = row;
  const edges = `${first ? " first" : ""}${last ? " last" : ""}`;
  const refused = item.state === "failed" || item.state === "stale";
  return (
    <li class={`msg mine${edges} ${item.state}`} data-walk tabIndex={-1}>
      <span class="unseen">{t("you")}</span>
      {item.payload.text !== "" && (
        <div class="bubble">
          <Text text={item.payload.text} />
        </div>
      )}
      <Files files={item.payload.files} chat={chat} />
      {refused ? (
        <Refused item={item} chat={chat} />
      ) : (
        <p class={next || last ? "meta" : "unseen"}>
          <Clock />
          <Why delay={next ? delay : null} />
        </p>
      )}
    </li>
  );
}

function Why({ delay }: { delay: Delay }) {
  if (delay === null) return <span class="unseen">{t("status_sending")}</span>;
  return <span>{t(delay === "offline" ? "status_offline" : "status_server")}</span>;
}

/** The server said no, or it is too old to go out unasked: a person decides. */
function Refused({ item, chat }: { item: PendingProps["row"]["item"]; chat: Chat }) {
  const { clientId, state, code } = item;
  const failed = state === "failed";
  const reason = code === "too_large" ? "failed_too_long" : "status_failed";
  return (
    <p class={`meta ${state}`} role={failed ? "alert" : undefined}>
      {failed && <Alert />}
      <span>{t(failed ? reason : "stale")}</span>
      <button type="button" class="link" onClick={() => chat.retry(clientId)}>
        {t(failed ? "try_again" : "send_now")}
      </button>
      <button type="button" class="link" onClick={() => chat.discard(clientId)}>
        {t("delete")}
      </button>
    </p>
  );
}

export function LineRow(props: { line: Line; open: boolean; onHelp: () => void }) {
  const { line, open, onHelp } = props;
  const { name } = line;
  const words = {
    joined: () => t("joined", { name: name ?? t("someone") }),
    solved: () => (name === null ? t("solved_plain") : t("solved_by", { name })),
    ended: () => t("ended_by_you"),
  }[line.kind]();
  return (
    <li class="line">
      <span dir="auto">{words}</span>
      {open && (
        <button type="button" class="small" onClick={onHelp}>
          {t("still_need_help")}
        </button>
      )}
    </li>
  );
}
