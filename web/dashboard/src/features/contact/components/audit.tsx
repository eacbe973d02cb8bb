/** What happened to a conversation, line by line: who, what, when. Nothing in it can be changed. */
import type { Conversation, EventFrame } from "@chatdesk/client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { type TFunction, useTranslation } from "@/lib/i18n";
import { clockTime, fullTime, shortDate } from "@/lib/time";
import { desk } from "@/live/desk";
import { fetchMoreAudit, useAudit } from "../api";
import { Card, CardFailure } from "./card";

export function Audit({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("contact");
  return (
    <Card name="audit" title={t("audit")} quiet>
      <Lines id={conversation.id} />
    </Card>
  );
}

function Lines({ id }: { id: string }) {
  const { t } = useTranslation("contact");
  const { t: common } = useTranslation();
  const load = useAudit(id);
  const [busy, setBusy] = useState(false);
  const audit = load.data;
  if (!audit) {
    return load.isError ? (
      <CardFailure
        what={t("auditFailed")}
        retry={common("common.tryAgain")}
        onRetry={() => void load.refetch()}
      />
    ) : null;
  }
  const { next } = audit;
  const more = () => {
    if (next === null) return;
    setBusy(true);
    void fetchMoreAudit(id, next)
      .catch(() => {})
      .finally(() => setBusy(false));
  };
  return (
    <>
      <ol className="flex flex-col gap-1.5 text-label">
        {audit.events.map((frame) => (
          <li key={frame.seq} className="flex gap-3">
            <time
              dateTime={frame.at}
              title={fullTime(frame.at)}
              className="tabular w-24 shrink-0 text-text3"
            >
              {shortDate(frame.at)}
              <br />
              {clockTime(frame.at)}
            </time>
            <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
              {lineOf(frame, t, common)}
            </span>
          </li>
        ))}
      </ol>
      {next === null ? null : (
        <Button size="small" disabled={busy} onClick={more} className="self-start">
          {busy ? t("loading") : t("more")}
        </Button>
      )}
    </>
  );
}

/** A kind that has no words of its own yet is still named. */
function lineOf(frame: EventFrame, t: TFunction<"contact">, common: TFunction): string {
  const name = (person: { id?: string | null; name: string }) =>
    person.id === desk.me ? common("common.you") : person.name;
  const owner = "owner" in frame.data ? frame.data.owner : null;
  const values = {
    who: name(frame.actor),
    whom: owner ? name(owner) : common("line.department"),
    what: frame.kind.replace(/[._]/g, " "),
  };
  const reason = "reason" in frame.data ? frame.data.reason : undefined;
  if (frame.kind === "conversation.transferred" && reason) {
    return t("auditLine.conversation.tookOver", { ...values, reason });
  }
  if (frame.kind === "conversation.asked") {
    return t("auditLine.conversation.asked", { ...values, whom: name(frame.data.ask.owner) });
  }
  if (frame.kind === "conversation.transferred" && frame.data.unanswered) {
    return t("auditLine.conversation.unanswered", values);
  }
  const key = `auditLine.${frame.kind}` as Parameters<typeof t>[0];
  const line = t(key, values);
  return line === key ? t("auditLine.other", values) : line;
}
