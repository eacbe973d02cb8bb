/** One's own status: what each means, a break with its end, and who set it when it was not oneself. */
import type { AgentStatus } from "@chatdesk/client";
import { useState } from "react";
import { InlineError } from "@/components/ui/notice";
import { useTranslation } from "@/lib/i18n";
import { clockTime } from "@/lib/time";
import { desk } from "@/live/desk";
import { useMe } from "@/live/use";
import { setStatus } from "../api";
import { after, BREAKS, SHAPES, STATUSES } from "../status";

export function StatusSwitch() {
  const { t } = useTranslation("team");
  const me = useMe();
  const [failed, setFailed] = useState(false);
  if (!me) return null;
  const { status, until, set_by, reason } = me.status;
  const choose = (next: AgentStatus, minutes?: number) => {
    setFailed(false);
    const change =
      minutes === undefined
        ? { status: next }
        : { status: next, until: after(Date.now(), minutes) };
    setStatus(desk.me, change).catch(() => setFailed(true));
  };
  return (
    <div className="flex flex-col gap-3">
      <fieldset className="flex flex-col gap-1">
        <legend className="sr-only">{t("status.label")}</legend>
        {STATUSES.map((each) => (
          <Choice key={each} status={each} checked={status === each} choose={choose} />
        ))}
      </fieldset>
      {status === "break" ? (
        <label className="flex items-center gap-2 px-2">
          <span className="text-text2">{t("status.breakFor")}</span>
          <select
            value=""
            onChange={(event) => choose("break", Number(event.target.value))}
            className="h-8 rounded-input border border-line-strong bg-surface px-2"
          >
            <option value="">
              {until ? t("status.until", { time: clockTime(until) }) : t("status.open")}
            </option>
            {BREAKS.map((count) => (
              <option key={count} value={count}>
                {t("status.minutes", { count })}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {set_by && set_by.id !== desk.me ? (
        <p className="rounded-button bg-warn-tint px-3 py-2 text-text">
          {t("status.byAdmin", {
            name: set_by.name,
            status: t(`status.${status}`),
            reason: reason ?? "",
          })}
        </p>
      ) : null}
      {failed ? <InlineError>{t("status.failed")}</InlineError> : null}
    </div>
  );
}

interface ChoiceProps {
  status: AgentStatus;
  checked: boolean;
  choose: (status: AgentStatus) => void;
}

function Choice({ status, checked, choose }: ChoiceProps) {
  const { t } = useTranslation("team");
  return (
    <label className="flex min-h-10 cursor-pointer items-center gap-3 rounded-button px-2 hover:bg-sunken has-checked:bg-accent-tint">
      <input
        type="radio"
        name="status"
        checked={checked}
        onChange={() => choose(status)}
        className="size-4 accent-accent"
      />
      <span aria-hidden="true" className={SHAPES[status].colour}>
        {SHAPES[status].shape}
      </span>
      <span className="w-32 font-medium">{t(`status.${status}`)}</span>
      <span className="min-w-0 flex-1 text-label text-text3 max-two:hidden">
        {t(`status.means.${status}`)}
      </span>
    </label>
  );
}
