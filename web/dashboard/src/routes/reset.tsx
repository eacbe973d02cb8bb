import { createFileRoute } from "@tanstack/react-router";
import { Reset } from "@/features/team/components/reset";

export const Route = createFileRoute("/reset")({ component: Page });

function Page() {
  // The token stands after the # so that it never reaches a server's log.
  return <Reset token={window.location.hash.slice(1)} />;
}
