/** Copies a text and says that it did. */
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { copyText } from "@/lib/copy";
import { useTranslation } from "@/lib/i18n";
import { Button } from "./button";

const SAYS_SO_FOR = 2_000;

interface CopyButtonProps {
  text: string;
  label: string;
  look?: "plain" | "primary";
}

export function CopyButton({ text, label, look = "plain" }: CopyButtonProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState<"no" | "yes" | "refused">("no");
  useEffect(() => {
    if (copied === "no") return;
    const timer = setTimeout(() => setCopied("no"), SAYS_SO_FOR);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => setCopied((await copyText(text)) ? "yes" : "refused");
  const Icon = copied === "yes" ? Check : Copy;
  return (
    <Button look={look} onClick={() => void copy()}>
      <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
      <span aria-live="polite">
        {copied === "yes"
          ? t("common.copied")
          : copied === "refused"
            ? t("common.copyByHand")
            : label}
      </span>
    </Button>
  );
}
