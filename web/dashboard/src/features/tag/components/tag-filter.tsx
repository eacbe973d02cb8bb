/** The line above a list that says by which tag it is filtered. */
import { X } from "lucide-react";
import { lazy, Suspense } from "react";
import { IconButton } from "@/components/ui/button";
import { useTranslation } from "@/lib/i18n";
import { filterByTag } from "../filter";

const TagChoice = lazy(async () => ({ default: (await import("./tag-choice")).TagChoice }));

export function TagFilter({ tag }: { tag: string }) {
  const { t } = useTranslation();
  return (
    <div className="flex shrink-0 items-center gap-2 border-b bg-sunken py-1 pr-1 pl-3">
      <Suspense fallback={<span className="flex-1" />}>
        <TagChoice tag={tag} />
      </Suspense>
      <IconButton label={t("inbox.clearFilter")} onClick={() => filterByTag(null)}>
        <X size={16} strokeWidth={1.5} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
