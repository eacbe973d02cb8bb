/** How urgent a conversation is, as a shape with its word; nothing where it is as usual. */
import type { Priority } from "@chatdesk/client";
import { clsx } from "clsx";
import { ChevronDown, ChevronsUp, ChevronUp, Equal } from "lucide-react";
import { useTranslation } from "@/lib/i18n";

const MARKS = {
  urgent: { Shape: ChevronsUp, colour: "text-bad" },
  high: { Shape: ChevronUp, colour: "text-warn" },
  normal: { Shape: Equal, colour: "text-text2" },
  low: { Shape: ChevronDown, colour: "text-text3" },
} as const;

export function PriorityMark({ priority }: { priority: Priority }) {
  const { t } = useTranslation();
  if (priority === "normal") return null;
  const label = t("priority.is", { priority: t(`priority.${priority}`) });
  return (
    <span role="img" aria-label={label} title={label} className="shrink-0">
      <PriorityShape priority={priority} size={14} />
    </span>
  );
}

export function PriorityShape({ priority, size }: { priority: Priority; size: number }) {
  const { Shape, colour } = MARKS[priority];
  return (
    <Shape size={size} strokeWidth={2} aria-hidden="true" className={clsx("shrink-0", colour)} />
  );
}
