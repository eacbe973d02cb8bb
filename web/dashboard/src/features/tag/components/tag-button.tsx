/** The header's way to the tags of a conversation; the picker is fetched by the first press. */
import type { Conversation } from "@chatdesk/client";
import { Tag } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { IconButton } from "@/components/ui/button";
import { useKeyHint, useShortcut } from "@/features/shortcut/keys";
import { useTranslation } from "@/lib/i18n";

const TagPicker = lazy(async () => ({ default: (await import("./tag-picker")).TagPicker }));

export function TagButton({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const hint = useKeyHint("tag");
  useShortcut("tag", () => setOpen(true));
  return (
    <div className="relative max-two:contents">
      <IconButton
        label={t("inbox.tags")}
        hint={hint}
        aria-expanded={open}
        aria-haspopup="dialog"
        onPointerDown={(event) => event.preventDefault()}
        onClick={() => setOpen(!open)}
        className="max-two:hidden"
      >
        <Tag size={16} strokeWidth={1.5} aria-hidden="true" />
      </IconButton>
      {open ? (
        <div className="absolute top-full right-0 z-30 mt-1 w-72 rounded-card border bg-raised shadow-float max-two:inset-x-2 max-two:top-14 max-two:w-auto">
          <Suspense>
            <TagPicker conversation={conversation} onClose={() => setOpen(false)} />
          </Suspense>
        </div>
      ) : null}
    </div>
  );
}
