/** The widget's look and its snippet; administrators change it, others learn whom to ask. */
import type { Inbox } from "@chatdesk/client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Empty, Failure, InlineError, Loading } from "@/components/ui/notice";
import { sorted } from "@/features/agent/live";
import { Card } from "@/features/shell/components/page";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { useDesk, useInbox, useMe } from "@/live/use";
import { updateInbox, useInboxesLoad } from "../api";
import { draftOf, LookEditor, passes } from "./look-editor";
import { Snippet } from "./snippet";

export function WidgetSettings() {
  const { t } = useTranslation();
  const me = useMe();
  const load = useInboxesLoad();
  const inbox = useInbox(null);
  const agents = useDesk((d) => d.agents);
  if (me && me.role !== "administrator") {
    const admin = sorted(agents).find((agent) => agent.role === "administrator" && agent.active);
    return (
      <Empty
        title={admin ? t("settings.adminsOnlyAsk", { name: admin.name }) : t("settings.adminsOnly")}
      />
    );
  }
  if (inbox) return <Editor key={inbox.id} inbox={inbox} />;
  if (load.isError) {
    return (
      <Failure error={load.error} what={t("look.loadFailed")} onRetry={() => void load.refetch()} />
    );
  }
  return <Loading rows={5} />;
}

function Editor({ inbox }: { inbox: Inbox }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() => draftOf(inbox));
  const [saved, setSaved] = useState(false);
  const form = useForm(async () => {
    await updateInbox(inbox.id, draft);
    setSaved(true);
  });
  return (
    <>
      <Card title={t("look.title")} intro={t("look.intro")}>
        <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
          <LookEditor
            draft={draft}
            errors={form.fields}
            onChange={(next) => {
              setSaved(false);
              setDraft(next);
            }}
          />
          {form.error ? <InlineError>{form.error}</InlineError> : null}
          <div className="flex items-center gap-3">
            <Button type="submit" look="primary" disabled={form.busy || !passes(draft)}>
              {form.busy ? t("common.saving") : t("look.save")}
            </Button>
            <span role="status" className="text-ok">
              {saved ? t("common.saved") : null}
            </span>
          </div>
        </form>
      </Card>
      <Card title={t("snippet.title")} intro={t("setup.snippetIntro")}>
        <Snippet inbox={inbox} />
      </Card>
    </>
  );
}
