/** Which inbox is being set, and how inboxes come and go. */
import type { Inbox } from "@chatdesk/client";
import { Link, useNavigate } from "@tanstack/react-router";
import { clsx } from "clsx";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { InlineError } from "@/components/ui/notice";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { createInbox, updateInbox } from "../api";
import type { Inboxes } from "../live";

export function InboxBar({ inboxes, current }: { inboxes: Inboxes; current: Inbox }) {
  const { t } = useTranslation("widget");
  const [making, setMaking] = useState(false);
  return (
    <div className="flex flex-col gap-3">
      <nav aria-label={t("inboxes")} className="flex flex-wrap items-center gap-2">
        {[...inboxes.values()].map(({ id, name, archived }) => (
          <Link
            key={id}
            to="/settings/widget/$inbox"
            params={{ inbox: id }}
            aria-current={id === current.id ? "page" : undefined}
            className={clsx(
              "flex h-8 max-w-52 items-center rounded-button border px-3 max-two:h-11",
              id === current.id
                ? "border-line-strong bg-surface font-medium"
                : "border-transparent text-text2 hover:bg-sunken",
            )}
          >
            <span className="truncate">{name}</span>
            {archived ? <span className="ml-2 text-label text-text3">{t("archived")}</span> : null}
          </Link>
        ))}
        <Button look="quiet" aria-expanded={making} onClick={() => setMaking(!making)}>
          <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
          {t("new")}
        </Button>
      </nav>
      {making ? <NewInbox onDone={() => setMaking(false)} /> : null}
    </div>
  );
}

function NewInbox({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("widget");
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const form = useForm(async () => {
    const { id } = await createInbox(name);
    onDone();
    await navigate({ to: "/settings/widget/$inbox", params: { inbox: id } });
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-wrap items-end gap-2">
      <Field
        label={t("newName")}
        autoFocus
        required
        maxLength={80}
        value={name}
        error={form.fields.name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" look="primary" size="large" disabled={form.busy || !name.trim()}>
        {t("create")}
      </Button>
      <Button size="large" onClick={onDone}>
        {t("cancel")}
      </Button>
      {form.error && !form.fields.name ? <InlineError>{form.error}</InlineError> : null}
    </form>
  );
}

export function ArchiveBox({ inbox }: { inbox: Inbox }) {
  const { t } = useTranslation("widget");
  const [asking, setAsking] = useState(false);
  const form = useForm(async () => {
    await updateInbox(inbox.id, { archived: !inbox.archived });
    setAsking(false);
  });
  const error = form.fields.archived ?? form.error;
  return (
    <div className="flex flex-col items-start gap-2">
      {inbox.archived ? <p className="text-text2">{t("archivedNote")}</p> : null}
      {asking ? (
        <div className="flex flex-wrap items-center gap-2">
          <p>{t("archiveAsk", { name: inbox.name })}</p>
          <Button look="danger" disabled={form.busy} onClick={() => form.onSubmit()}>
            {t("archive")}
          </Button>
          <Button onClick={() => setAsking(false)}>{t("cancel")}</Button>
        </div>
      ) : (
        <Button
          disabled={form.busy}
          onClick={() => (inbox.archived ? form.onSubmit() : setAsking(true))}
        >
          {t(inbox.archived ? "bringBack" : "archive")}
        </Button>
      )}
      {error ? <InlineError>{error}</InlineError> : null}
    </div>
  );
}
