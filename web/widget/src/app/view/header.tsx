/** Who one is talking with, the menu, and the way out. */

import type { ChatInbox } from "@chatdesk/client/types";
import type { Ref } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Chat } from "../chat.ts";
import { isOpen, paceOf } from "../said.ts";
import { keepSound } from "../sound.ts";
import type { View } from "../store.ts";
import { t } from "../t.ts";
import { Close, More } from "./icons.tsx";

interface Props {
  view: View;
  chat: Chat;
  title: Ref<HTMLHeadingElement>;
  onClose: () => void;
}

/** The present state in words; nothing is promised that is not known. */
function stateLine({ model: { chat, inbox } }: View): string {
  if (!chat) return inbox ? paceLine(inbox) : "";
  if (chat.state === "resolved") return t("solved");
  if (chat.owner) return t("with", { name: chat.owner.name });
  return t("waiting");
}

/** How fast people answer, where that was measured and somebody is there. */
function paceLine({ reply_seconds, widget, now }: ChatInbox): string {
  if (reply_seconds === null || !isOpen(widget.hours, new Date(now))) return "";
  const { word, ...values } = paceOf(reply_seconds);
  return t(word, values);
}

export function Header({ view, chat, title, onClose }: Props) {
  const [asking, setAsking] = useState(false);
  const { inbox, chat: state } = view.model;
  const running = state !== null && state.state !== "resolved";
  const name = inbox?.name ?? t("title");
  const line = stateLine(view);
  return (
    <>
      <header class="head">
        <span class="face" aria-hidden="true">
          {(state?.owner?.name ?? inbox?.name ?? "").trim().slice(0, 1).toUpperCase()}
        </span>
        <div class="who">
          <h1 ref={title} tabIndex={-1}>
            <bdi>{name}</bdi>
          </h1>
          {line && <p class="state">{line}</p>}
        </div>
        <Menu deeds={deedsOf(view, chat, () => setAsking(true))} />
        {view.framed && (
          <button
            type="button"
            class="tool"
            aria-label={t("close")}
            title={t("close")}
            onClick={onClose}
          >
            <Close />
          </button>
        )}
      </header>
      {asking && running && (
        <EndQuestion
          onEnd={() => {
            setAsking(false);
            void chat.end();
          }}
          onKeep={() => setAsking(false)}
        />
      )}
    </>
  );
}

interface Deed {
  name: string;
  run: () => void;
}

/** What can be done with the chat just now. */
function deedsOf(view: View, chat: Chat, askEnd: () => void): Deed[] {
  const { model, wroteBefore, sound, pending } = view;
  const state = model.chat;
  const running = state !== null && state.state !== "resolved";
  const store = chat.store;
  const deeds: Deed[] = [];
  if (running) deeds.push({ name: t("end"), run: askEnd });
  if (state && !running && pending.length === 0) {
    deeds.push({ name: t("past_new"), run: () => chat.past.begin() });
  }
  if (state || wroteBefore) {
    deeds.push({ name: t("past"), run: () => store.set({ sheet: "past" }) });
  }
  if (state) {
    deeds.push({ name: t("save_text"), run: () => void saveChat(chat) });
    if (model.inbox?.mail) {
      deeds.push({ name: t("mail_copy"), run: () => store.set({ sheet: "mail" }) });
    }
  }
  const turn = () => {
    keepSound(!sound);
    store.set({ sound: !sound });
  };
  deeds.push({ name: t(sound ? "sound_off" : "sound_on"), run: turn });
  return deeds;
}

/** Fetched with the words of a whole chat when somebody wants to keep one. */
async function saveChat(chat: Chat): Promise<void> {
  try {
    const { save } = await import("../save.ts");
    await save(chat);
    chat.store.set({ notice: null });
  } catch {
    chat.store.set({ notice: "save_failed" });
  }
}

/** A menu that opens, closes and is walked through as menus are. */
function useMenu() {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const items = () => [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  useEffect(() => {
    if (!open) return;
    items()[0]?.focus();
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Tab") setOpen(false);
    if (!open) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const all = items();
      const at = all.indexOf(document.activeElement as HTMLElement);
      event.preventDefault();
      all.at((at + step) % all.length)?.focus();
    }
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  };
  return { open, toggle: () => setOpen(!open), close, box, button, keys };
}

function Menu({ deeds }: { deeds: readonly Deed[] }) {
  const { open, toggle, close, box, button, keys } = useMenu();
  const id = useId();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: catches the keys of the buttons inside
    <div class="menu" ref={box} onKeyDown={keys}>
      <button
        type="button"
        class="tool"
        ref={button}
        aria-label={t("menu")}
        title={t("menu")}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        onClick={toggle}
      >
        <More />
      </button>
      {open && (
        <div class="sheet" role="menu" id={id}>
          {deeds.map(({ name, run }) => (
            <button
              key={name}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                close();
                run();
              }}
            >
              {name}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function EndQuestion({ onEnd, onKeep }: { onEnd: () => void; onKeep: () => void }) {
  const keep = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    keep.current?.focus();
    return () => (before instanceof HTMLElement && before.isConnected ? before.focus() : undefined);
  }, []);
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    onKeep();
  };
  return (
    <div class="question" role="alertdialog" aria-labelledby={id} onKeyDown={keys}>
      <p id={id}>{t("end_ask")}</p>
      <div class="choices">
        <button type="button" class="quiet" ref={keep} onClick={onKeep}>
          {t("end_keep")}
        </button>
        <button type="button" class="danger" onClick={onEnd}>
          {t("end")}
        </button>
      </div>
    </div>
  );
}
