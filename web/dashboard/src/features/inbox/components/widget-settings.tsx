/** The widget of an inbox: administrators change it, others learn whom to ask. */
import { Empty, Failure, Loading } from "@/components/ui/notice";
import { sorted } from "@/features/agent/live";
import { useTranslation } from "@/lib/i18n";
import { useDesk, useInbox, useMe } from "@/live/use";
import { useInboxesLoad } from "../api";
import { Customiser } from "./customiser";
import { InboxBar } from "./inbox-bar";

/** `id` null: the first inbox. */
export function WidgetSettings({ id }: { id: string | null }) {
  const { t } = useTranslation();
  const me = useMe();
  const load = useInboxesLoad();
  const inbox = useInbox(id);
  const inboxes = useDesk((d) => d.inboxes);
  const agents = useDesk((d) => d.agents);
  if (me && me.role !== "administrator") {
    const admin = sorted(agents).find((agent) => agent.role === "administrator" && agent.active);
    return (
      <Empty
        title={admin ? t("settings.adminsOnlyAsk", { name: admin.name }) : t("settings.adminsOnly")}
      />
    );
  }
  if (inbox) {
    return (
      <>
        <InboxBar inboxes={inboxes} current={inbox} />
        <Customiser key={inbox.id} inbox={inbox} />
      </>
    );
  }
  if (load.isError) {
    return (
      <Failure error={load.error} what={t("look.loadFailed")} onRetry={() => void load.refetch()} />
    );
  }
  return <Loading rows={5} />;
}
