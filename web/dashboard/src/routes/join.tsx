import { createFileRoute } from "@tanstack/react-router";
import { Join } from "@/features/session/components/join";

export const Route = createFileRoute("/join")({ component: Page });

function Page() {
  // The token stands after the # so that it never reaches a server's log.
  return <Join token={window.location.hash.slice(1)} />;
}
