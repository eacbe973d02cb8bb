import { createFileRoute } from "@tanstack/react-router";
import { Empty } from "@/components/ui/notice";
import { useTranslation } from "@/lib/i18n";
import { useDesk } from "@/live/use";

export const Route = createFileRoute("/_desk/inbox/")({ component: NothingOpen });

function NothingOpen() {
  const { t } = useTranslation();
  const all = useDesk((d) => d.counts?.all ?? null);
  if (all === null) return null;
  return (
    <div className="flex h-full items-center justify-center bg-surface">
      <Empty
        title={all === 0 ? t("inbox.allClear") : t("inbox.pickOne")}
        detail={all === 0 ? undefined : t("inbox.pickOneKeys")}
      />
    </div>
  );
}
