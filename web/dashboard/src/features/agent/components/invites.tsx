/** Invitations by link: made, copied once, listed, revoked. No email is needed. */
import type { Invite, NewInvite, Role } from "@chatdesk/client";
import { lazy, Suspense, useState } from "react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy";
import { INPUT } from "@/components/ui/field";
import { InlineError } from "@/components/ui/notice";
import { Card } from "@/features/shell/components/page";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { shortDate } from "@/lib/time";
import { createInvite, revokeInvite, useInvites } from "../api";

const InviteByMail = lazy(() => import("@/features/mail/components/invite-by-mail"));

export function Invites({ alone }: { alone: boolean }) {
  const { t } = useTranslation();
  const [role, setRole] = useState<Role>("agent");
  const [made, setMade] = useState<NewInvite | null>(null);
  const { items: open = [], mail = false } = useInvites(true).data ?? {};
  const form = useForm(async () => setMade(await createInvite(role)));
  const fresh = made && open.some((invite) => invite.id === made.id) ? made : null;
  return (
    <Card title={t("invite.title")} intro={alone ? t("invite.alone") : t("invite.intro")}>
      <form onSubmit={form.onSubmit} className="flex flex-wrap items-center gap-2">
        <label className="flex items-center gap-2">
          <span className="text-text2">{t("invite.as")}</span>
          <select
            value={role}
            onChange={(event) => setRole(event.target.value as Role)}
            className={`${INPUT} h-8`}
          >
            <option value="agent">{t("role.agent")}</option>
            <option value="administrator">{t("role.administrator")}</option>
          </select>
        </label>
        <Button type="submit" look="primary" disabled={form.busy}>
          {t("invite.make")}
        </Button>
      </form>
      {form.error ? <InlineError>{form.error}</InlineError> : null}
      {mail ? (
        <Suspense>
          <InviteByMail role={role} />
        </Suspense>
      ) : null}
      {fresh ? <Fresh invite={fresh} /> : null}
      {open.length > 0 ? (
        <ul className="divide-y border-t">
          {open.map((invite) => (
            <OpenInvite key={invite.id} invite={invite} />
          ))}
        </ul>
      ) : null}
    </Card>
  );
}

function Fresh({ invite }: { invite: NewInvite }) {
  const { t } = useTranslation();
  // The server may know only its own path; people need the whole address.
  const url = new URL(invite.url, window.location.href).href;
  return (
    <div className="flex flex-col gap-2 rounded-button bg-sunken p-3">
      <p>{t("invite.copyNow")}</p>
      <div className="flex flex-wrap items-center gap-2">
        <input
          readOnly
          aria-label={t("invite.link")}
          value={url}
          onFocus={(event) => event.target.select()}
          className={`${INPUT} h-8 min-w-60 flex-1 font-mono text-label`}
        />
        <CopyButton text={url} label={t("invite.copy")} />
      </div>
    </div>
  );
}

function OpenInvite({ invite }: { invite: Invite }) {
  const { t } = useTranslation();
  const form = useForm(() => revokeInvite(invite.id));
  return (
    <li className="flex min-h-10 flex-wrap items-center gap-3 py-1">
      <span className="flex-1">
        {t("invite.open", {
          role: t(invite.role === "administrator" ? "role.administrator" : "role.agent"),
          made: shortDate(invite.created_at),
          ends: shortDate(invite.expires_at),
        })}
      </span>
      {form.error ? <span className="text-bad">{form.error}</span> : null}
      <Button look="quiet" disabled={form.busy} onClick={() => form.onSubmit()}>
        {t("invite.revoke")}
      </Button>
    </li>
  );
}
