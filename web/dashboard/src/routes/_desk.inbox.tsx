/** The inbox: its list is the same with and without an open conversation. */
import type { ViewName } from "@chatdesk/client";
import { createFileRoute } from "@tanstack/react-router";
import { InboxScreen } from "@/features/conversation/components/inbox-screen";

const VIEWS: readonly string[] = [
  "mine",
  "waiting",
  "all",
  "resolved",
  "ringing",
  "active",
  "missed",
  "snoozed",
];

interface InboxSearch {
  view?: ViewName;
}

export const Route = createFileRoute("/_desk/inbox")({
  validateSearch: (search: Record<string, unknown>): InboxSearch =>
    typeof search.view === "string" && VIEWS.includes(search.view)
      ? { view: search.view as ViewName }
      : {},
  component: Inbox,
});

function Inbox() {
  const { view = "mine" } = Route.useSearch();
  return <InboxScreen view={view} />;
}
