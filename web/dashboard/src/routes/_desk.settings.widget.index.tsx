import { createFileRoute } from "@tanstack/react-router";
import { WidgetSettings } from "@/features/inbox/components/widget-settings";

export const Route = createFileRoute("/_desk/settings/widget/")({
  component: () => <WidgetSettings id={null} />,
});
