/** An invitation that the desk mails itself; only shown where letters leave. */
import type { Role } from "@chatdesk/client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { InlineError } from "@/components/ui/notice";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { inviteByMail } from "../api";

export default function InviteByMail({ role }: { role: Role }) {
  const { t } = useTranslation("mail");
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState<string | null>(null);
  const form = useForm(async () => {
    setSent(null);
    await inviteByMail(role, email);
    setSent(email);
    setEmail("");
  });
  const wrong = form.fields.email;
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-2 border-t pt-4">
      <div className="flex flex-wrap items-end gap-2">
        <Field
          label={t("invite.email")}
          type="email"
          autoComplete="off"
          required
          maxLength={254}
          value={email}
          error={wrong}
          className="min-w-60 flex-1"
          onChange={(event) => setEmail(event.target.value)}
        />
        <Button type="submit" size="large" disabled={form.busy || email.trim() === ""}>
          {form.busy ? t("test.sending") : t("invite.send")}
        </Button>
      </div>
      <span role="status" className="text-ok">
        {sent ? t("invite.sent", { email: sent }) : null}
      </span>
      {form.error && !wrong ? <InlineError>{form.error}</InlineError> : null}
    </form>
  );
}
