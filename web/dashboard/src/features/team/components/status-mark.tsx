/** A status as shape, word and, when it is timed, its end. */
import type { StatusNow } from "@chatdesk/client";
import { useTranslation } from "@/lib/i18n";
import { clockTime } from "@/lib/time";
import { SHAPES } from "../status";

export function StatusMark({ status }: { status: StatusNow }) {
  const { t } = useTranslation("team");
  const { shape, colour } = SHAPES[status.status];
  return (
    <span className="flex items-center gap-1.5 text-label text-text2">
      <span aria-hidden="true" className={colour}>
        {shape}
      </span>
      <span className="truncate">
        {t(`status.${status.status}`)}
        {status.until ? (
          <span className="tabular text-text3">
            {" · "}
            {t("status.until", { time: clockTime(status.until) })}
          </span>
        ) : null}
      </span>
    </span>
  );
}
