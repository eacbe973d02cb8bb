/** Taking a colleague's conversation over: never without a reason, which they read. */
import type { Conversation } from "@chatdesk/client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { FieldFrame, INPUT } from "@/components/ui/field";
import { InlineError } from "@/components/ui/notice";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { desk } from "@/live/desk";
import { usePermissions } from "@/live/use";
import { takeOver } from "../api";
import { rightsOf } from "../rights";

const LONGEST = 300;

interface TakeOverProps {
  conversation: Conversation;
  onClose: () => void;
}

export default function TakeOver({ conversation, onClose }: TakeOverProps) {
  const { t } = useTranslation("handover");
  const { id, epoch, owner } = conversation;
  // Who had it when this was asked stays in the title, whatever happens meanwhile.
  const [name] = useState(owner?.name ?? "");
  const [reason, setReason] = useState("");
  const form = useForm(async () => {
    await takeOver(id, epoch, reason.trim());
    onClose();
  });
  const rights = rightsOf(conversation, desk.me, usePermissions());
  return (
    <Dialog open onClose={onClose} title={t("takeOver.title", { name })}>
      {rights.takeOver ? (
        <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
          <p className="text-text2">{t("takeOver.intro", { name: owner?.name })}</p>
          <FieldFrame label={t("takeOver.reason")} error={form.fields.reason}>
            {({ id: field, describedBy }) => (
              <textarea
                id={field}
                aria-describedby={describedBy}
                value={reason}
                maxLength={LONGEST}
                rows={2}
                autoFocus
                placeholder={t("takeOver.placeholder")}
                onChange={(event) => setReason(event.target.value)}
                className={`${INPUT} resize-none py-2`}
              />
            )}
          </FieldFrame>
          {form.error && !form.fields.reason ? <InlineError>{form.error}</InlineError> : null}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{t("takeOver.cancel")}</Button>
            <Button type="submit" look="primary" disabled={form.busy || reason.trim() === ""}>
              {t(form.busy ? "takeOver.busy" : "takeOver.submit")}
            </Button>
          </div>
        </form>
      ) : (
        <InlineError>{t("takeOver.changed")}</InlineError>
      )}
    </Dialog>
  );
}
