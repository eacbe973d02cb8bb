/** Where replies and notes are written. The two never look alike and never share their words. */
import type { Conversation, DraftMode } from "@chatdesk/client";
import { clsx } from "clsx";
import { Lock, Paperclip } from "lucide-react";
import {
  type DragEvent,
  type KeyboardEvent,
  lazy,
  type RefObject,
  Suspense,
  useEffect,
  useRef,
  useState,
} from "react";
import { Button, IconButton } from "@/components/ui/button";
import { askedFor, putIn } from "@/features/canned/fill";
import { type Slashed, useSlash } from "@/features/canned/use-slash";
import { type Rights, rightsOf } from "@/features/conversation/rights";
import { saveDraft } from "@/features/draft/api";
import { addFiles, takeFiles, useTray } from "@/features/file/tray";
import { MOD, useShortcut } from "@/features/shortcut/keys";
import { useTranslation } from "@/lib/i18n";
import { firstName } from "@/lib/name";
import { sendTyping } from "@/live/connection";
import { desk } from "@/live/desk";
import { useDraft, usePermissions } from "@/live/use";
import { sendMessage } from "../outbox";
import { ComposerNotices } from "./composer-notices";

const Tray = lazy(async () => {
  const { Tray } = await import("@/features/file/components/tray");
  return { default: Tray };
});

const CannedList = lazy(async () => {
  const { CannedList } = await import("@/features/canned/components/canned-list");
  return { default: CannedList };
});

const OpenVariables = lazy(async () => {
  const { OpenVariables } = await import("@/features/canned/components/open-variables");
  return { default: OpenVariables };
});

const MOST_CHARACTERS = 10_000;
const TYPING_EVERY = 2_000;

const modes = new Map<string, DraftMode>();

/** The mode stays as it was left, per conversation; a new one begins with Reply. */
function useMode(id: string, rights: Rights): [DraftMode, (mode: DraftMode) => void] {
  const [chosen, setChosen] = useState<DraftMode>(() => modes.get(id) ?? "reply");
  const choose = (mode: DraftMode) => {
    modes.set(id, mode);
    setChosen(mode);
  };
  return [rights.reply ? chosen : "note", choose];
}

/** Mounted anew for each conversation. */
export function Composer({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { id } = conversation;
  const rights = rightsOf(conversation, desk.me, usePermissions());
  const [mode, setMode] = useMode(id, rights);
  const field = useRef<HTMLTextAreaElement>(null);
  const write = (next: DraftMode) => {
    if (next === "reply" && !rights.reply) return;
    setMode(next);
    requestAnimationFrame(() => {
      const { current } = field;
      current?.focus();
      current?.setSelectionRange(current.value.length, current.value.length);
    });
  };
  useShortcut("reply", () => write("reply"), rights.reply);
  useShortcut("note", () => write("note"));
  useShortcut("send", () => false);
  const note = mode === "note";
  return (
    <section aria-label={t("composer.title")} className="shrink-0 border-t">
      <ComposerNotices
        conversation={conversation}
        rights={rights}
        noting={note}
        onNote={() => write("note")}
      />
      <div
        className={clsx(
          note && "border-t border-dashed border-note-text bg-note text-note-text",
          !note && "bg-surface",
        )}
      >
        <ModeTabs mode={mode} onMode={write} conversation={conversation} rights={rights} />
        <Page key={mode} mode={mode} conversation={conversation} rights={rights} field={field} />
      </div>
    </section>
  );
}

interface ModeTabsProps {
  mode: DraftMode;
  onMode: (mode: DraftMode) => void;
  conversation: Conversation;
  rights: Rights;
}

function ModeTabs({ mode, onMode, conversation, rights }: ModeTabsProps) {
  const { t } = useTranslation();
  const tab = (each: DraftMode, label: string, disabled: boolean) => (
    <button
      type="button"
      aria-pressed={mode === each}
      disabled={disabled}
      title={disabled ? t("composer.replyClosed") : undefined}
      onClick={() => onMode(each)}
      className={clsx(
        "flex h-7 min-w-0 items-center gap-1.5 rounded-button border px-2 text-label disabled:opacity-60 max-two:h-9",
        mode === each ? "border-current font-semibold" : "border-transparent hover:border-current",
      )}
    >
      {each === "note" ? <Lock size={12} strokeWidth={1.5} aria-hidden="true" /> : null}
      <span className="truncate">{label}</span>
    </button>
  );
  const name = firstName(conversation.contact.name);
  return (
    <fieldset className="flex min-w-0 items-center gap-1 px-4 pt-2 max-two:px-2">
      <legend className="sr-only">{t("composer.mode")}</legend>
      {tab("reply", t("composer.replyTo", { name, channel: t("channel.web") }), !rights.reply)}
      {tab("note", t("composer.note"), false)}
    </fieldset>
  );
}

interface PageProps {
  mode: DraftMode;
  conversation: Conversation;
  rights: Rights;
  field: RefObject<HTMLTextAreaElement | null>;
}

function Page({ mode, conversation, rights, field }: PageProps) {
  const { t } = useTranslation();
  const { id, contact } = conversation;
  const note = mode === "note";
  const tell = useTypingSignal(id, rights.reply && !note);
  const writing = useWriting(id, mode, field);
  const { text, files, send, add } = writing;
  const slashed = useSlash(field);
  return (
    <fieldset
      aria-label={note ? t("composer.note") : t("composer.addFiles")}
      className="relative min-w-0 px-4 pb-3 max-two:px-2"
      onDragOver={(event) => {
        if (carriesFiles(event)) event.preventDefault();
      }}
      onDrop={(event) => {
        if (add(event.dataTransfer.files)) event.preventDefault();
      }}
    >
      {files.length > 0 ? (
        <Suspense fallback={null}>
          <Tray conversationId={id} mode={mode} items={files} />
        </Suspense>
      ) : null}
      <CannedParts conversation={conversation} writing={writing} slashed={slashed} />
      <textarea
        ref={field}
        dir="auto"
        value={text}
        onChange={(event) => {
          saveDraft(id, mode, event.target.value);
          tell();
          slashed.look();
        }}
        onSelect={slashed.look}
        onBlur={slashed.close}
        onKeyDown={(event) => {
          if (slashed.takes(event)) event.preventDefault();
          else onKey(event, send);
        }}
        onPaste={(event) => {
          if (add(event.clipboardData.files)) event.preventDefault();
        }}
        aria-label={
          note ? t("composer.noteLabel") : t("composer.replyLabel", { name: contact.name })
        }
        placeholder={note ? t("composer.notePlaceholder") : t("composer.replyPlaceholder")}
        rows={2}
        className={clsx(
          "scroller block max-h-[40vh] min-h-14 w-full resize-none bg-transparent py-2 text-message [field-sizing:content]",
          "focus-visible:outline-none max-two:text-heading",
          note && "placeholder:text-note-text",
        )}
      />
      <Foot writing={writing} note={note} rights={rights} name={firstName(contact.name)} />
    </fieldset>
  );
}

type Writing = ReturnType<typeof useWriting>;

interface CannedProps {
  conversation: Conversation;
  writing: Writing;
  slashed: Slashed;
}

/** The list behind a slash, and the boxes for what is not known. Both are fetched when they are first needed. */
function CannedParts({ conversation, writing, slashed }: CannedProps) {
  const { slash, keys, close } = slashed;
  const { asked, insert, fillIn } = writing;
  return (
    <Suspense fallback={null}>
      {slash ? (
        <CannedList
          key={slash.words}
          conversation={conversation}
          words={slash.words}
          keys={keys}
          onInsert={(body) => {
            insert(body, slash.from, slash.to);
            close();
          }}
          onClose={close}
        />
      ) : null}
      {asked.length > 0 ? <OpenVariables names={asked} onFill={fillIn} /> : null}
    </Suspense>
  );
}

/** The words and files of one composer, and how they leave it. */
function useWriting(id: string, mode: DraftMode, field: PageProps["field"]) {
  const text = useDraft(id, mode)?.text ?? "";
  const files = useTray(id, mode);
  const words = text.trim();
  const filled = words !== "" || files.length > 0;
  const over = words.length - MOST_CHARACTERS;
  const asked = askedFor(text);
  const ready =
    filled && over <= 0 && asked.length === 0 && files.every((item) => item.view.phase === "ready");
  const send = () => {
    if (!ready) return;
    const note = mode === "note";
    sendMessage({ conversationId: id, text: words, note, files: takeFiles(id, mode) });
    field.current?.focus();
  };
  const add = (list: FileList | null | undefined): boolean => {
    if (!list || list.length === 0) return false;
    addFiles(id, mode, [...list]);
    return true;
  };
  const insert = (body: string, from: number, to: number) => {
    saveDraft(id, mode, text.slice(0, from) + body + text.slice(to));
    requestAnimationFrame(() => {
      field.current?.setSelectionRange(from + body.length, from + body.length);
    });
  };
  const fillIn = (name: string, value: string) => {
    saveDraft(id, mode, putIn(text, name, value));
    field.current?.focus();
  };
  return { text, files, filled, over, ready, send, add, asked, insert, fillIn };
}

interface FootProps {
  writing: Writing;
  note: boolean;
  rights: Rights;
  name: string;
}

function Foot({ writing, note, rights, name }: FootProps) {
  const { t } = useTranslation();
  const { filled, over, ready, send, add } = writing;
  return (
    <div className="flex items-center gap-3">
      <FilePicker label={t("composer.addFiles")} onFiles={add} />
      <p
        className={clsx(
          "min-w-0 flex-1 truncate text-meta",
          over > 0 ? "font-medium text-bad" : "max-two:invisible",
          !note && over <= 0 && "text-text3",
        )}
      >
        {over > 0 ? t("composer.tooLong", { count: over }) : t("composer.hint", { mod: MOD })}
      </p>
      <SendButton
        label={note ? t("composer.addNote") : t("composer.sendTo", { name })}
        look={note ? "note" : rights.stand === "mine" && filled ? "primary" : "plain"}
        ready={ready}
        onSend={send}
      />
    </div>
  );
}

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes("Files");

/** The picker of the system, behind a button of ours. */
function FilePicker(props: { label: string; onFiles: (files: FileList | null) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton label={props.label} onClick={() => input.current?.click()}>
        <Paperclip size={16} strokeWidth={1.5} aria-hidden="true" />
      </IconButton>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          props.onFiles(event.target.files);
          event.target.value = "";
        }}
      />
    </>
  );
}

interface SendButtonProps {
  label: string;
  look: "note" | "primary" | "plain";
  ready: boolean;
  onSend: () => void;
}

function SendButton({ label, look, ready, onSend }: SendButtonProps) {
  return (
    <Button look={look} disabled={!ready} onClick={onSend}>
      {label}
    </Button>
  );
}

function onKey(event: KeyboardEvent<HTMLTextAreaElement>, send: () => void): void {
  if (event.nativeEvent.isComposing) return;
  if (event.key === "Escape") {
    event.currentTarget.blur();
    event.stopPropagation();
    return;
  }
  if (event.key !== "Enter" || event.shiftKey || event.altKey) return;
  const always = event.metaKey || event.ctrlKey;
  // On a touch keyboard Enter is the only way to a new line.
  if (!always && matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  send();
}

function useTypingSignal(id: string, enabled: boolean): () => void {
  const last = useRef(0);
  useEffect(() => {
    last.current = 0;
  }, []);
  return () => {
    const now = Date.now();
    if (!enabled || now - last.current < TYPING_EVERY) return;
    last.current = now;
    sendTyping(id);
  };
}
