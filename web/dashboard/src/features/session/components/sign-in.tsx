/** Sign-in. Afterwards people land where they were. */
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { InlineError } from "@/components/ui/notice";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { signIn } from "../api";
import { Gate } from "./gate";
import { PasswordField } from "./password-field";

export function SignIn({ back, ended }: { back: string; ended: boolean }) {
  const { t } = useTranslation();
  const router = useRouter();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const form = useForm(async () => {
    await signIn(email, password);
    router.history.push(back);
  });
  return (
    <Gate title={t("signIn.title")} intro={ended ? t("signIn.ended") : undefined}>
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <Field
          label={t("account.email")}
          type="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordField
          label={t("account.password")}
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {form.error ? <InlineError>{form.error}</InlineError> : null}
        <Button type="submit" look="primary" size="large" disabled={form.busy}>
          {form.busy ? t("signIn.busy") : t("signIn.submit")}
        </Button>
        <p className="text-label text-text3">{t("signIn.forgot")}</p>
      </form>
    </Gate>
  );
}
