/** A conversation's priority in the customer panel. */
import type { Conversation, Priority } from "@chatdesk/client";
import { INPUT } from "@/components/ui/field";
import { useTranslation } from "@/lib/i18n";
import { PRIORITIES } from "../live";
import { setPriority } from "../verbs";

export function PrioritySelect({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  return (
    <select
      aria-label={t("priority.label")}
      value={conversation.priority}
      onChange={(event) => void setPriority(conversation, event.target.value as Priority)}
      className={`${INPUT} h-7 px-1 max-two:h-11`}
    >
      {PRIORITIES.map((priority) => (
        <option key={priority} value={priority}>
          {t(`priority.${priority}`)}
        </option>
      ))}
    </select>
  );
}
