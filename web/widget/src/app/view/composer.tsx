/** The field: writes, sends, grows, and never loses a word. */
import { sizeText } from "@chatdesk/client/upload";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../chat.ts";
import type { DraftKeeper } from "../keep.ts";
import type { View } from "../store.ts";
import { currentLocale, t } from "../t.ts";
import { Tray, useTray } from "./files.tsx";
import { Clip, Send, Smile } from "./icons.tsx";
import { useLazy } from "./lazy.ts";
import { SlowDown } from "./trouble.tsx";

/** Characters, as the server counts them. */
const MOST = 10_000;
const WARN_BELOW = 500;

interface Props {
  view: View;
  chat: Chat;
  draft: DraftKeeper;
  field: RefObject<HTMLTextAreaElement | null>;
}

/** How many characters are left, once that matters. */
function Room({ left }: { left: number }) {
  if (left >= WARN_BELOW) return null;
  return (
    <p class={left < 0 ? "count over" : "count"} role="status">
      {left < 0 ? t("too_long", { n: -left }) : t("left", { n: left })}
    </p>
  );
}

function Notices({ view }: { view: View }) {
  return (
    <>
      {view.hold?.reason === "slow_down" && <SlowDown until={view.hold.until} />}
      {view.notice && (
        <p class="notice" role="alert">
          {t(view.notice)}
        </p>
      )}
    </>
  );
}

/** The way to the emoji, which are fetched when they are first wanted. */
function EmojiButton({ onPick }: { onPick: (emoji: string) => void }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const Picker = useLazy(open, () => import("./emoji.tsx").then((it) => it.EmojiPicker));
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const pick = (emoji: string) => {
    setOpen(false);
    onPick(emoji);
  };
  return (
    <>
      <button
        type="button"
        class="round"
        ref={button}
        aria-label={t("emoji")}
        title={t("emoji")}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Smile />
      </button>
      {Picker && <Picker onPick={pick} onClose={close} />}
    </>
  );
}

// long: one form whose handlers share the field, its draft and the slow-down clock
export function Composer({ view, chat, draft, field }: Props) {
  const [text, setText] = useState(draft.load);
  const left = MOST - [...text.trim()].length;
  const limit = view.model.inbox?.file_limit ?? 0;
  const tray = useTray(chat, limit);
  const picker = useRef<HTMLInputElement>(null);
  const waits = tray.items.some((item) => item.view.phase !== "ready");
  const ready = (text.trim() !== "" || tray.items.length > 0) && left >= 0 && !waits;

  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.setProperty("height", "auto");
    area.style.setProperty("height", `${area.scrollHeight}px`);
  }, [text, field]);

  const write = (value: string) => {
    setText(value);
    draft.save(value);
    if (value.trim() !== "") chat.typing();
  };
  const send = () => {
    if (waits) {
      const failed = tray.items.some((item) => item.view.phase === "failed");
      chat.store.set({ notice: failed ? "file_blocks" : "file_waits" });
    }
    if (!ready || !chat.send(text.trim(), tray.take())) return;
    setText("");
    draft.save("");
    field.current?.focus();
  };
  const insert = (emoji: string) => {
    const area = field.current;
    const from = area?.selectionStart ?? text.length;
    write(text.slice(0, from) + emoji + text.slice(area?.selectionEnd ?? from));
    requestAnimationFrame(() => {
      area?.focus();
      area?.setSelectionRange(from + emoji.length, from + emoji.length);
    });
  };
  const keys = (event: KeyboardEvent) => {
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      class="composer"
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
      }}
      onDrop={(event) => {
        if (tray.add(event.dataTransfer?.files)) event.preventDefault();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Notices view={view} />
      <Tray items={tray.items} limit={limit} onRemove={tray.remove} />
      <div class="box">
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          placeholder={t("field")}
          aria-label={t("field")}
          enterkeyhint="send"
          autocomplete="off"
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={keys}
          onPaste={(event) => {
            if (tray.add(event.clipboardData?.files)) event.preventDefault();
          }}
        />
        <EmojiButton onPick={insert} />
        {limit > 0 && (
          <button
            type="button"
            class="round"
            aria-label={t("file_add", { limit: sizeText(limit, currentLocale()) })}
            title={t("file_add", { limit: sizeText(limit, currentLocale()) })}
            onClick={() => picker.current?.click()}
          >
            <Clip />
          </button>
        )}
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            tray.add(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
        <button
          type="submit"
          class="send"
          aria-label={t("send")}
          title={t("send")}
          aria-disabled={!ready}
        >
          <Send />
        </button>
      </div>
      <Room left={left} />
    </form>
  );
}
