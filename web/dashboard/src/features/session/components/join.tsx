/** Accepting an invitation. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { InlineError } from "@/components/ui/notice";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { acceptInvite, type NewAccount } from "../api";
import { AccountFields } from "./account-fields";
import { Gate } from "./gate";

export function Join({ token }: { token: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [account, setAccount] = useState<NewAccount>({ name: "", email: "", password: "" });
  const form = useForm(async () => {
    await acceptInvite({ token, ...account });
    await navigate({ to: "/inbox", search: { view: "mine" }, replace: true });
  });
  if (token === "") return <Gate title={t("join.noToken")} intro={t("join.noTokenHelp")} />;
  return (
    <Gate title={t("join.title")} intro={t("join.intro")}>
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <AccountFields account={account} onChange={setAccount} errors={form.fields} />
        {form.error ? <InlineError>{form.error}</InlineError> : null}
        <Button type="submit" look="primary" size="large" disabled={form.busy}>
          {form.busy ? t("join.busy") : t("join.submit")}
        </Button>
      </form>
    </Gate>
  );
}
