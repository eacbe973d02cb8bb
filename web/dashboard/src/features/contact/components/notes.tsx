/** What the team wrote down about the customer, whatever the conversation. */
import type { ContactNote, Conversation } from "@chatdesk/client";
import { X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { INPUT } from "@/components/ui/field";
import { agoWords } from "@/lib/ago";
import { useTranslation } from "@/lib/i18n";
import { fullTime } from "@/lib/time";
import { desk } from "@/live/desk";
import { useMe, useNow } from "@/live/use";
import { addNote, deleteNote, useProfile } from "../api";
import { Card } from "./card";

export function Notes({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("contact");
  const { contact } = conversation;
  const notes = useProfile(contact.id).data?.notes;
  const count = notes?.length ?? 0;
  return (
    <Card name="notes" title={count > 0 ? t("notesCount", { count }) : t("notes")}>
      <Write key={contact.id} contactId={contact.id} />
      {notes && count === 0 ? <p className="text-label text-text3">{t("notesNone")}</p> : null}
      <ul className="flex flex-col gap-2">
        {notes?.map((note) => (
          <li key={note.id}>
            <Note contactId={contact.id} note={note} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Write({ contactId }: { contactId: string }) {
  const { t } = useTranslation("contact");
  const [text, setText] = useState("");
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "" || state === "busy") return;
    setState("busy");
    try {
      await addNote(contactId, text);
      setText("");
      setState("idle");
    } catch {
      setState("failed");
    }
  };
  return (
    <form onSubmit={(event) => void send(event)} className="flex flex-col gap-2">
      <textarea
        value={text}
        dir="auto"
        rows={1}
        maxLength={10_000}
        aria-label={t("noteLabel")}
        placeholder={t("notePlaceholder")}
        onChange={(event) => setText(event.target.value)}
        className={`${INPUT} scroller max-h-40 w-full resize-none py-1.5 [field-sizing:content]`}
      />
      {state === "failed" ? (
        <p role="alert" className="text-label text-bad">
          {t("noteFailed")}
        </p>
      ) : null}
      {text.trim() === "" ? null : (
        <Button
          type="submit"
          look="note"
          size="small"
          className="self-start"
          disabled={state === "busy"}
        >
          {state === "busy" ? t("noteAdding") : t("noteAdd")}
        </Button>
      )}
    </form>
  );
}

function Note({ contactId, note }: { contactId: string; note: ContactNote }) {
  const { t } = useTranslation();
  const { t: c } = useTranslation("contact");
  const now = useNow(60_000);
  const role = useMe()?.role;
  const [failed, setFailed] = useState(false);
  const mine = note.author.id === desk.me;
  const remove = () => {
    setFailed(false);
    deleteNote(contactId, note.id).catch(() => setFailed(true));
  };
  return (
    <article className="group/note rounded-card border border-dashed border-note-text bg-note px-3 py-2 text-note-text">
      <header className="flex items-center gap-2 text-label">
        <span className="min-w-0 flex-1 truncate font-medium">
          {mine ? t("common.you") : note.author.name}
        </span>
        <time dateTime={note.created_at} title={fullTime(note.created_at)} className="text-meta">
          {agoWords(t, note.created_at, now)}
        </time>
        {mine || role === "administrator" ? (
          <IconButton
            label={c("noteDelete", { name: note.author.name })}
            onClick={remove}
            className="-my-1 -mr-2 text-note-text"
          >
            <X size={14} strokeWidth={1.5} aria-hidden="true" />
          </IconButton>
        ) : null}
      </header>
      <p dir="auto" className="[overflow-wrap:anywhere] whitespace-pre-wrap">
        {note.text}
      </p>
      {failed ? (
        <p role="alert" className="text-label">
          {c("deleteFailed")}
        </p>
      ) : null}
    </article>
  );
}
