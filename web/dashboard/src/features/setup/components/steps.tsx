/** The four steps of the set-up. */

import type { Inbox } from "@chatdesk/client";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Failure, InlineError, Loading } from "@/components/ui/notice";
import { updateInbox, useInboxesLoad } from "@/features/inbox/api";
import { LookEditor } from "@/features/inbox/components/look-editor";
import { Snippet } from "@/features/inbox/components/snippet";
import { WidgetPreview } from "@/features/inbox/components/widget-preview";
import { passes, settingsOf } from "@/features/inbox/settings";
import { type NewAccount, setUp } from "@/features/session/api";
import { AccountFields } from "@/features/session/components/account-fields";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { useInbox } from "@/live/use";
import { saveStep } from "../progress";
import { FirstMessage } from "./first-message";

function StepFrame(props: { title: string; intro: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4 rounded-card border bg-surface p-6 max-two:p-4">
      <div className="flex flex-col gap-1">
        <h1 className="text-title font-semibold">{props.title}</h1>
        <p className="text-text2">{props.intro}</p>
      </div>
      {props.children}
    </section>
  );
}

export function AccountStep({ code, onDone }: { code: string; onDone: () => void }) {
  const { t } = useTranslation();
  const [written, setWritten] = useState(code);
  const [company, setCompany] = useState("");
  const [account, setAccount] = useState<NewAccount>({ name: "", email: "", password: "" });
  const form = useForm(async () => {
    await setUp({ ...account, company, code: written.trim() });
    saveStep(2);
    onDone();
  });
  return (
    <StepFrame title={t("setup.account")} intro={t("setup.accountIntro")}>
      <form onSubmit={form.onSubmit} className="flex max-w-96 flex-col gap-4">
        {code === "" ? (
          <Field
            label={t("setup.code")}
            hint={t("setup.codeHint")}
            required
            autoComplete="off"
            value={written}
            onChange={(event) => setWritten(event.target.value)}
          />
        ) : null}
        <AccountFields account={account} onChange={setAccount} errors={form.fields} />
        <Field
          label={t("setup.company")}
          hint={t("setup.companyHint")}
          required
          maxLength={80}
          autoComplete="organization"
          value={company}
          error={form.fields.company}
          onChange={(event) => setCompany(event.target.value)}
        />
        {form.error ? <InlineError>{form.error}</InlineError> : null}
        <Button type="submit" look="primary" size="large" disabled={form.busy}>
          {form.busy ? t("setup.making") : t("common.continue")}
        </Button>
      </form>
    </StepFrame>
  );
}

/** The inbox once it is here; until then what stands in its place. */
function WithInbox({ children }: { children: (inbox: Inbox) => ReactNode }) {
  const { t } = useTranslation();
  const load = useInboxesLoad();
  const inbox = useInbox(null);
  if (inbox) return children(inbox);
  if (load.isError) {
    return (
      <Failure error={load.error} what={t("look.loadFailed")} onRetry={() => void load.refetch()} />
    );
  }
  return <Loading rows={4} />;
}

export function LookStep({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <StepFrame title={t("setup.look")} intro={t("setup.lookIntro")}>
      <WithInbox>{(inbox) => <LookForm inbox={inbox} onDone={onDone} />}</WithInbox>
    </StepFrame>
  );
}

function LookForm({ inbox, onDone }: { inbox: Inbox; onDone: () => void }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() => settingsOf(inbox));
  const form = useForm(async () => {
    await updateInbox(inbox.id, { name: draft.name, greeting: draft.greeting, look: draft.look });
    onDone();
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <div className="grid gap-6 two:grid-cols-2">
        <LookEditor draft={draft} onChange={setDraft} errors={form.fields} />
        <WidgetPreview settings={draft} />
      </div>
      {form.error ? <InlineError>{form.error}</InlineError> : null}
      <div className="flex justify-end">
        <Button type="submit" look="primary" size="large" disabled={form.busy || !passes(draft)}>
          {form.busy ? t("common.saving") : t("common.continue")}
        </Button>
      </div>
    </form>
  );
}

interface MiddleStepProps {
  onBack: () => void;
  onDone: () => void;
}

export function SnippetStep({ onBack, onDone }: MiddleStepProps) {
  const { t } = useTranslation();
  return (
    <StepFrame title={t("setup.snippet")} intro={t("setup.snippetIntro")}>
      <WithInbox>
        {(inbox) => (
          <>
            <Snippet inbox={inbox} first={!inbox.seen} />
            <div className="flex justify-between">
              <Button size="large" onClick={onBack}>
                {t("common.back")}
              </Button>
              <Button look={inbox.seen ? "primary" : "plain"} size="large" onClick={onDone}>
                {inbox.seen ? t("common.continue") : t("setup.pasteLater")}
              </Button>
            </div>
          </>
        )}
      </WithInbox>
    </StepFrame>
  );
}

export function FirstMessageStep({ onBack, onDone }: MiddleStepProps) {
  const { t } = useTranslation();
  return (
    <StepFrame title={t("setup.first")} intro={t("setup.firstIntro")}>
      <WithInbox>{(inbox) => <FirstMessage inbox={inbox} />}</WithInbox>
      <div className="flex justify-between">
        <Button size="large" onClick={onBack}>
          {t("common.back")}
        </Button>
        <Button look="primary" size="large" onClick={onDone}>
          {t("setup.done")}
        </Button>
      </div>
    </StepFrame>
  );
}
