/** A new password by a link that an administrator made. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { InlineError } from "@/components/ui/notice";
import { Gate } from "@/features/session/components/gate";
import { PasswordField } from "@/features/session/components/password-field";
import { LEAST_LENGTH } from "@/features/session/strength";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { redeemPasswordLink } from "../api";

export function Reset({ token }: { token: string }) {
  const { t } = useTranslation("team");
  const navigate = useNavigate();
  const [password, setPassword] = useState("");
  const form = useForm(async () => {
    await redeemPasswordLink(token, password);
    await navigate({ to: "/inbox", search: { view: "mine" }, replace: true });
  });
  if (token === "") return <Gate title={t("reset.noToken")} intro={t("reset.noTokenHelp")} />;
  return (
    <Gate title={t("reset.title")} intro={t("reset.intro")}>
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <PasswordField
          label={t("reset.password")}
          fresh
          required
          minLength={LEAST_LENGTH}
          value={password}
          error={form.fields.password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {form.error ? <InlineError>{form.error}</InlineError> : null}
        <Button type="submit" look="primary" size="large" disabled={form.busy}>
          {form.busy ? t("reset.busy") : t("reset.submit")}
        </Button>
      </form>
    </Gate>
  );
}
