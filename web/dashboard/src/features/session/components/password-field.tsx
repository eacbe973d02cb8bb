/** A password that can be shown and pasted, with its strength in words when it is a new one. */
import { type ComponentProps, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { useTranslation } from "@/lib/i18n";
import { strengthOf } from "../strength";

interface PasswordFieldProps extends Omit<ComponentProps<typeof Field>, "type" | "end" | "hint"> {
  fresh?: boolean;
  value: string;
}

export function PasswordField({ fresh = false, value, ...rest }: PasswordFieldProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <Field
      {...rest}
      value={value}
      type={shown ? "text" : "password"}
      autoComplete={fresh ? "new-password" : "current-password"}
      hint={fresh ? t(`password.${strengthOf(value)}`) : undefined}
      end={
        <Button look="quiet" size="small" onClick={() => setShown(!shown)}>
          {shown ? t("password.hide") : t("password.show")}
        </Button>
      }
    />
  );
}
