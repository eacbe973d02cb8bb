/** The header's way to a conversation's priority. */
import type { Conversation } from "@chatdesk/client";
import { useRef } from "react";
import { MenuButton } from "@/components/ui/menu-button";
import { useShortcut } from "@/features/shortcut/keys";
import { useTranslation } from "@/lib/i18n";
import { PRIORITIES } from "../live";
import { setPriority } from "../verbs";
import { PriorityShape } from "./priority-mark";

export function PriorityMenu({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const { priority } = conversation;
  useShortcut("priority", () => place.current?.querySelector("button")?.click());
  return (
    <div ref={place} className="max-two:hidden">
      <MenuButton
        label={t("priority.is", { priority: t(`priority.${priority}`) })}
        shape={<PriorityShape priority={priority} size={16} />}
      >
        {({ MenuItem }) =>
          PRIORITIES.map((each) => (
            <MenuItem
              key={each}
              disabled={each === priority}
              onSelect={() => void setPriority(conversation, each)}
            >
              <span className="flex items-center gap-2">
                <PriorityShape priority={each} size={14} />
                {t(`priority.${each}`)}
              </span>
            </MenuItem>
          ))
        }
      </MenuButton>
    </div>
  );
}
