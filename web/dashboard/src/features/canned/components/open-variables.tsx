/** A box for each variable that nothing is known for. As long as one is open, nothing is sent. */
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { INPUT } from "@/components/ui/field";
import { useTranslation } from "@/lib/i18n";

interface OpenProps {
  names: readonly string[];
  onFill: (name: string, value: string) => void;
}

export function OpenVariables({ names, onFill }: OpenProps) {
  const { t } = useTranslation("canned");
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-button bg-warn-tint px-2 py-1.5 text-text">
      <span role="status" className="text-label font-medium">
        {t("fillIn")}
      </span>
      {names.map((name) => (
        <Box key={name} name={name} onFill={onFill} />
      ))}
    </div>
  );
}

function Box({ name, onFill }: { name: string; onFill: OpenProps["onFill"] }) {
  const { t } = useTranslation("canned");
  const [value, setValue] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value.trim() !== "") onFill(name, value.trim());
  };
  return (
    <form onSubmit={submit} className="flex items-center gap-1">
      <label className="flex items-center gap-1 text-label">
        {name}
        <input
          value={value}
          maxLength={500}
          onChange={(event) => setValue(event.target.value)}
          className={`${INPUT} h-7 w-32 px-2 max-two:h-9`}
        />
      </label>
      <Button type="submit" size="small" disabled={value.trim() === ""}>
        {t("fill")}
      </Button>
    </form>
  );
}
