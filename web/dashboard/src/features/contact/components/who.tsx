/** Who the customer is: name, how to reach them, where they are known; all of it may be empty. */
import type { Contact, ContactProfile, Conversation } from "@chatdesk/client";
import { BadgeCheck } from "lucide-react";
import { useState } from "react";
import { Avatar } from "@/components/ui/avatar";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { InlineError } from "@/components/ui/notice";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { useContactOnline } from "@/live/use";
import { type ContactFields, updateContact, useProfile } from "../api";
import { languageName } from "../language";
import { CardFailure, Fact } from "./card";

export function Who({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { t: c } = useTranslation("contact");
  const { contact } = conversation;
  const online = useContactOnline(conversation.id);
  const load = useProfile(contact.id);
  const [editing, setEditing] = useState(false);
  const profile = load.data;
  return (
    <section aria-label={c("who")} className="flex flex-col gap-3">
      <div className="flex items-center gap-3">
        <Avatar name={contact.name} size={40} decorative online={online} />
        <div className="min-w-0 flex-1">
          <h2 className="flex min-w-0 items-center gap-1.5 text-heading font-semibold">
            <span className="truncate">{contact.name}</span>
            {profile?.contact.verified ? <Verified /> : null}
          </h2>
          <p className="text-label text-text2">
            {online ? t("context.online") : t("context.offline")}
          </p>
        </div>
        {profile && !editing ? (
          <Button
            look="quiet"
            size="small"
            aria-label={c("editOf", { name: contact.name })}
            onClick={() => setEditing(true)}
          >
            {c("edit")}
          </Button>
        ) : null}
      </div>
      {load.isError && !profile ? (
        <CardFailure
          what={c("loadFailed")}
          retry={t("common.tryAgain")}
          onRetry={() => void load.refetch()}
        />
      ) : null}
      {profile && editing ? (
        <Edit contact={profile.contact} onDone={() => setEditing(false)} />
      ) : profile ? (
        <Facts profile={profile} />
      ) : null}
    </section>
  );
}

function Verified() {
  const { t } = useTranslation("contact");
  return (
    <span
      title={t("verifiedHint")}
      className="flex shrink-0 items-center gap-1 text-label font-medium text-ok"
    >
      <BadgeCheck size={14} strokeWidth={1.5} aria-hidden="true" />
      {t("verified")}
    </span>
  );
}

function Facts({ profile }: { profile: ContactProfile }) {
  const { t } = useTranslation("contact");
  const { contact, identities } = profile;
  const { email, phone, locale } = contact;
  const inboxes = [...new Set(identities.map((each) => each.inbox.name))];
  if (!email && !phone && !locale && !contact.named) {
    return <p className="text-label text-text3">{t("anonymous")}</p>;
  }
  return (
    <dl className="flex flex-col gap-1">
      {email ? (
        <Fact name={t("email")}>
          <a href={`mailto:${encodeURIComponent(email)}`} className="text-accent underline">
            {email}
          </a>
        </Fact>
      ) : null}
      {phone ? (
        <Fact name={t("phone")}>
          <a href={`tel:${phone.replace(/[^+\d]/g, "")}`} className="text-accent underline">
            {phone}
          </a>
        </Fact>
      ) : null}
      {locale ? <Fact name={t("language")}>{languageName(locale)}</Fact> : null}
      {inboxes.length > 0 ? <Fact name={t("known")}>{inboxes.join(", ")}</Fact> : null}
    </dl>
  );
}

function Edit({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const { t } = useTranslation("contact");
  const [fields, setFields] = useState<ContactFields>({
    name: contact.named ? contact.name : "",
    email: contact.email ?? "",
    phone: contact.phone ?? "",
    locale: contact.locale ?? "",
  });
  const form = useForm(async () => {
    await updateContact(contact.id, fields);
    onDone();
  });
  const bind = (name: keyof ContactFields) => ({
    label: t(name === "locale" ? "language" : name),
    value: fields[name],
    error: form.fields[name],
    onChange: (event: { target: { value: string } }) =>
      setFields({ ...fields, [name]: event.target.value }),
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-3" noValidate>
      <p className="text-label text-text3">{t("optional")}</p>
      <Field {...bind("name")} autoComplete="off" autoFocus />
      <Field {...bind("email")} type="email" autoComplete="off" />
      <Field {...bind("phone")} type="tel" autoComplete="off" />
      <Field {...bind("locale")} hint={t("languageHint")} autoComplete="off" spellCheck={false} />
      {form.error && Object.keys(form.fields).length === 0 ? (
        <InlineError>{form.error}</InlineError>
      ) : null}
      <div className="flex gap-2">
        <Button type="submit" look="primary" disabled={form.busy}>
          {form.busy ? t("saving") : t("save")}
        </Button>
        <Button look="quiet" onClick={onDone}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}
