import { createFileRoute } from "@tanstack/react-router";
import { WidgetSettings } from "@/features/inbox/components/widget-settings";

export const Route = createFileRoute("/_desk/settings/widget/$inbox")({ component: InboxWidget });

function InboxWidget() {
  const { inbox } = Route.useParams();
  return <WidgetSettings id={inbox} />;
}
