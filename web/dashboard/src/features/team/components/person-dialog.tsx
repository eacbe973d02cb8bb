/** What an administrator does to a colleague's account: another status with a reason, a link for a new password, a limit. */
import type { Agent, AgentStatus } from "@chatdesk/client";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy";
import { Dialog } from "@/components/ui/dialog";
import { Field, FieldFrame, INPUT } from "@/components/ui/field";
import { InlineError, Loading } from "@/components/ui/notice";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { makeResetLink, type ResetLink, setLimit, setStatus } from "../api";
import { STATUSES } from "../status";

interface PersonDialogProps {
  agent: Agent;
  asking: "status" | "password";
  onClose: () => void;
}

export default function PersonDialog({ agent, asking, onClose }: PersonDialogProps) {
  const { t } = useTranslation("team");
  const { name } = agent;
  const title = asking === "status" ? t("status.of", { name }) : t("people.resetTitle", { name });
  return (
    <Dialog open onClose={onClose} title={title}>
      {asking === "status" ? (
        <StatusForm agent={agent} onDone={onClose} />
      ) : (
        <PasswordLink id={agent.id} />
      )}
    </Dialog>
  );
}

function StatusForm({ agent, onDone }: { agent: Agent; onDone: () => void }) {
  const { t } = useTranslation("team");
  const [status, choose] = useState<AgentStatus>(agent.status.status);
  const [reason, setReason] = useState("");
  const [limit, changeLimit] = useState(agent.chat_limit);
  const form = useForm(async () => {
    if (limit !== agent.chat_limit) await setLimit(agent.id, limit);
    if (status !== agent.status.status)
      await setStatus(agent.id, { status, reason: reason.trim() });
    onDone();
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <FieldFrame label={t("status.of", { name: agent.name })}>
        {({ id }) => (
          <select
            id={id}
            value={status}
            onChange={(event) => choose(event.target.value as AgentStatus)}
            className={`${INPUT} h-10`}
          >
            {STATUSES.map((each) => (
              <option key={each} value={each}>
                {t(`status.${each}`)}
              </option>
            ))}
          </select>
        )}
      </FieldFrame>
      {status === agent.status.status ? null : (
        <Field
          label={t("status.why", { name: agent.name })}
          required
          maxLength={200}
          value={reason}
          error={form.fields.reason}
          onChange={(event) => setReason(event.target.value)}
        />
      )}
      <Field
        label={t("people.limit", { name: agent.name })}
        type="number"
        min={0}
        max={100}
        required
        value={limit}
        error={form.fields.chat_limit}
        onChange={(event) => changeLimit(event.target.valueAsNumber)}
        className="max-w-48"
      />
      {form.error ? <InlineError>{form.error}</InlineError> : null}
      <div>
        <Button type="submit" look="primary" disabled={form.busy}>
          {t("status.set")}
        </Button>
      </div>
    </form>
  );
}

function PasswordLink({ id }: { id: string }) {
  const { t } = useTranslation("team");
  const [link, setLink] = useState<ResetLink | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    makeResetLink(id).then(setLink, (fault: Error) => setError(fault.message));
  }, [id]);
  if (error) return <InlineError>{error}</InlineError>;
  if (!link) return <Loading rows={1} />;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-text2">{t("people.resetIntro")}</p>
      <code className="rounded-input border bg-sunken p-2 break-all select-all">{link.url}</code>
      <div>
        <CopyButton text={link.url} label={t("people.copyLink")} />
      </div>
    </div>
  );
}
