/** Name, email and password of somebody new. */

import { Field } from "@/components/ui/field";
import { useTranslation } from "@/lib/i18n";
import type { NewAccount } from "../api";
import { PasswordField } from "./password-field";

interface AccountFieldsProps {
  account: NewAccount;
  onChange: (account: NewAccount) => void;
  errors: Readonly<Record<string, string>>;
}

export function AccountFields({ account, onChange, errors }: AccountFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Field
        label={t("account.name")}
        hint={t("account.nameHint")}
        autoComplete="name"
        required
        autoFocus
        maxLength={80}
        value={account.name}
        error={errors.name}
        onChange={(event) => onChange({ ...account, name: event.target.value })}
      />
      <Field
        label={t("account.email")}
        type="email"
        autoComplete="username"
        required
        value={account.email}
        error={errors.email}
        onChange={(event) => onChange({ ...account, email: event.target.value })}
      />
      <PasswordField
        label={t("account.password")}
        fresh
        required
        value={account.password}
        error={errors.password}
        onChange={(event) => onChange({ ...account, password: event.target.value })}
      />
    </>
  );
}
