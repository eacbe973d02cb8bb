import { createFileRoute } from "@tanstack/react-router";
import { ConversationScreen } from "@/features/conversation/components/conversation-screen";
import { useContextPane } from "@/features/conversation/components/inbox-screen";

export const Route = createFileRoute("/_desk/inbox/$id")({ component: Open });

function Open() {
  const { id } = Route.useParams();
  const { view = "mine" } = Route.useSearch();
  const toggle = useContextPane();
  return <ConversationScreen key={id} id={id} view={view} onContext={toggle} />;
}
