/** What lies over the chat: the visitor's chats, and a copy by mail. Fetched when it is first wanted. */
import { ApiError } from "@chatdesk/client/http";
import type { ChatSummary } from "@chatdesk/client/types";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Chat } from "../chat.ts";
import type { View } from "../store.ts";
import { clock, dayName, t, type Word } from "../t.ts";
import { Close } from "./icons.tsx";

interface Props {
  view: View;
  chat: Chat;
}

export function Sheet({ view, chat }: Props) {
  const { sheet } = view;
  const title = sheet === "mail" ? t("mail_copy") : t("past");
  const id = useId();
  const box = useRef<HTMLElement>(null);
  const close = () => chat.store.set({ sheet: null });
  useEffect(() => {
    const before = document.activeElement;
    box.current?.querySelector<HTMLElement>("input, button:not(.tool)")?.focus();
    return () => (before instanceof HTMLElement && before.isConnected ? before.focus() : undefined);
  }, [sheet]);
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  };
  return (
    <section class="over-all" role="dialog" aria-labelledby={id} ref={box} onKeyDown={keys}>
      <div class="over-head">
        <h2 id={id}>{title}</h2>
        <button
          type="button"
          class="tool"
          aria-label={t("back_to_chat")}
          title={t("back_to_chat")}
          onClick={close}
        >
          <Close />
        </button>
      </div>
      {sheet === "mail" ? (
        <MailCopy chat={chat} onDone={close} />
      ) : (
        <PastChats view={view} chat={chat} />
      )}
    </section>
  );
}

function PastChats({ view, chat }: Props) {
  const [chats, setChats] = useState<readonly ChatSummary[] | null>(null);
  const [failed, setFailed] = useState(false);
  const load = () => {
    setFailed(false);
    chat.past.list().then(setChats, () => setFailed(true));
  };
  useEffect(load, []);
  const open = (one: ChatSummary) => {
    if (one.id === view.model.chat?.id) chat.store.set({ sheet: null });
    else chat.past.open(one).catch(() => setFailed(true));
  };
  const unsent = view.pending.length > 0;
  const running = chats?.some((one) => one.state !== "resolved") ?? true;
  return (
    <div class="over-body">
      {failed && (
        <p class="notice" role="alert">
          {t("past_failed")}{" "}
          <button type="button" class="link" onClick={load}>
            {t("try_again")}
          </button>
        </p>
      )}
      {!chats && !failed && <p class="aside">{t("loading")}</p>}
      {unsent && <p class="notice">{t("past_wait")}</p>}
      {chats && !running && !unsent && (
        <button type="button" class="filled" onClick={() => chat.past.begin()}>
          {t("past_new")}
        </button>
      )}
      {chats?.length === 0 && <p class="aside">{t("past_none")}</p>}
      <ul class="past">
        {chats?.map((one) => (
          <li key={one.id}>
            <button type="button" disabled={unsent} onClick={() => open(one)}>
              <span class="past-text" dir="auto">
                {one.preview}
              </span>
              <small>
                {dayName(one.last_message_at)} · {clock(one.last_message_at)} ·{" "}
                {t(one.state === "resolved" ? "solved" : "past_running")}
              </small>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

const isAddress = (text: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);

function whyNot(error: unknown): Word {
  if (!(error instanceof ApiError)) return "mail_failed";
  if (error.code === "invalid_body") return "mail_address";
  if (error.code === "nothing_to_send") return "mail_nothing";
  return error.status === 429 ? "mail_limit" : "mail_failed";
}

function MailSent({ email, onDone }: { email: string; onDone: () => void }) {
  return (
    <div class="over-body">
      <p role="status">{t("mail_sent", { email })}</p>
      <button type="button" class="quiet" onClick={onDone}>
        {t("back_to_chat")}
      </button>
    </div>
  );
}

function MailCopy({ chat, onDone }: { chat: Chat; onDone: () => void }) {
  const [email, setEmail] = useState("");
  const [wrong, setWrong] = useState<Word | null>(null);
  const [state, setState] = useState<"idle" | "busy" | "sent">("idle");
  const id = useId();
  const send = (event: Event) => {
    event.preventDefault();
    if (state === "busy") return;
    const fits = isAddress(email.trim());
    setWrong(fits ? null : "mail_address");
    if (!fits) return;
    setState("busy");
    chat.past.mail(email.trim()).then(
      () => setState("sent"),
      (error: unknown) => {
        setState("idle");
        setWrong(whyNot(error));
      },
    );
  };
  if (state === "sent") return <MailSent email={email.trim()} onDone={onDone} />;
  return (
    <form class="over-body" onSubmit={send} noValidate>
      <div class="asked">
        <label for={id}>{t("mail_to")}</label>
        <input
          id={id}
          type="email"
          autocomplete="email"
          dir="ltr"
          value={email}
          aria-invalid={wrong !== null}
          aria-describedby={wrong ? `${id}-note` : undefined}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
        {wrong && (
          <p id={`${id}-note`} class="over" role="alert">
            {t(wrong)}
          </p>
        )}
      </div>
      <div class="choices">
        <button type="submit" class="filled" aria-disabled={state === "busy"}>
          {t("mail_send")}
        </button>
        <button type="button" class="quiet" onClick={onDone}>
          {t("back_to_chat")}
        </button>
      </div>
    </form>
  );
}
