/** The messages: scrolls like a chat, loads older ones, and is walked with the arrow keys. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../chat.ts";
import { isMine } from "../model.ts";
import { type Row, rowsOf } from "../rows.ts";
import type { View } from "../store.ts";
import { dayName, plural, t } from "../t.ts";
import { Down } from "./icons.tsx";
import { type Delay, LineRow, MessageRow, PendingRow } from "./rows.tsx";
import { Start } from "./start.tsx";

/** Pixels. */
const NEAR_END = 48;
const NEAR_START = 160;

interface Props {
  view: View;
  chat: Chat;
  /** The visitor wants to write again. */
  onHelp: () => void;
}

function useLate(on: boolean, ms: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!on) return;
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [on, ms]);
  return late;
}

/** Keeps the newest message in sight while it is, and the reader's place while it is not. */
function useScroll(view: View, chat: Chat, rows: readonly Row[]) {
  const box = useRef<HTMLDivElement>(null);
  const end = useRef({ stuck: true, height: 0, first: "", sent: "" });
  const [away, setAway] = useState(false);
  const seenTo = useRef(0);
  const head = view.model.messages.at(-1)?.seq ?? 0;

  const settle = () => {
    const element = box.current;
    if (!element) return;
    const rest = element.scrollHeight - element.scrollTop - element.clientHeight;
    end.current.stuck = rest < NEAR_END;
    if (end.current.stuck) seenTo.current = head;
    setAway(!end.current.stuck);
    chat.setAtBottom(end.current.stuck);
    if (element.scrollTop < NEAR_START && view.older === "idle") void chat.loadOlder();
  };
  const toEnd = () => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
    settle();
  };

  const first = view.model.messages[0]?.id ?? "";
  const sent = view.pending.at(-1)?.clientId ?? "";
  useLayoutEffect(() => {
    const element = box.current;
    const was = end.current;
    if (!element) return;
    const grown = element.scrollHeight - was.height;
    const prepended = was.first !== "" && first !== was.first && !was.stuck;
    if (prepended) element.scrollTop += grown;
    if (sent !== was.sent && sent !== "") was.stuck = true;
    if (was.stuck) toEnd();
    Object.assign(was, { height: element.scrollHeight, first, sent });
  }, [rows, first, sent, view.typing, view.open]);

  useEffect(() => {
    const element = box.current;
    if (!element || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => end.current.stuck && toEnd());
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const unseen = view.model.messages.filter((m) => !isMine(m) && m.seq > seenTo.current).length;
  return { box, settle, toEnd, away, unseen: away ? unseen : 0 };
}

/** Between two tries nothing holds, and yet nothing has changed: what was said still stands. */
function delayOf({ hold, banner }: View): Delay {
  if (hold?.reason === "offline" || banner?.kind === "offline") return "offline";
  return hold?.reason === "server" ? "server" : null;
}

function walk(event: KeyboardEvent): void {
  const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
  const list = event.currentTarget as HTMLElement;
  if (step === 0 || (event.target as HTMLElement).closest("button,a")) return;
  const items = [...list.querySelectorAll<HTMLElement>("[data-walk]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? items.at(-1) : items[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function OneRow({ row, view, chat, onHelp }: Props & { row: Row }) {
  const { model } = view;
  switch (row.kind) {
    case "day":
      return (
        <li class="day">
          <span>{dayName(row.at)}</span>
        </li>
      );
    case "line": {
      const open = model.chat?.state === "resolved" && row.line === model.lines.at(-1);
      return <LineRow line={row.line} open={open} onHelp={onHelp} />;
    }
    case "message":
      return <MessageRow row={row} chat={chat} />;
    default:
      return <PendingRow row={row} delay={delayOf(view)} chat={chat} />;
  }
}

function Older({ state, onTryAgain }: { state: View["older"]; onTryAgain: () => void }) {
  if (state === "idle") return null;
  if (state === "loading") return <p class="aside">{t("older_loading")}</p>;
  return (
    <p class="aside" role="alert">
      {t("older_failed")}{" "}
      <button type="button" class="link" onClick={onTryAgain}>
        {t("try_again")}
      </button>
    </p>
  );
}

function Typing({ name }: { name: string }) {
  return (
    <p class="typing">
      <span class="bubble">
        <span class="beat" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
        <span class="words">{t("typing", { name })}</span>
      </span>
    </p>
  );
}

export function Transcript({ view, chat, onHelp }: Props) {
  const { model, pending, phase } = view;
  const rows = rowsOf(model, pending);
  const { box, settle, toEnd, away, unseen } = useScroll(view, chat, rows);
  const slow = useLate(phase === "loading" && !model.inbox, 1000);
  const fresh = model.chat === null && pending.length === 0;
  return (
    <div class="middle">
      <section
        class="scroll"
        ref={box}
        onScroll={settle}
        onKeyDown={walk}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
        tabIndex={0}
        aria-label={t("messages")}
      >
        {slow && <p class="aside">{t("loading")}</p>}
        <Older state={view.older} onTryAgain={() => chat.loadOlder()} />
        {model.inbox && !model.older && <Start inbox={model.inbox} chat={chat} fresh={fresh} />}
        <ol class="rows">
          {rows.map((row) => (
            <OneRow key={row.key} row={row} view={view} chat={chat} onHelp={onHelp} />
          ))}
        </ol>
        {view.typing !== null && <Typing name={view.typing || t("someone")} />}
      </section>
      {away && (
        <button type="button" class="jump" onClick={toEnd}>
          <Down />
          {unseen > 0 ? plural(unseen, "jump_new_one", "jump_new_many") : t("jump")}
        </button>
      )}
    </div>
  );
}
