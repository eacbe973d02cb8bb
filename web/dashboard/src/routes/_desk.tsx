/** Everything that needs a signed-in agent. */
import { createFileRoute, redirect } from "@tanstack/react-router";
import { currentSession, setupNeeded } from "@/features/session/api";
import { Shell } from "@/features/shell/components/shell";
import { safeBack } from "@/lib/back";

export const Route = createFileRoute("/_desk")({
  beforeLoad: async ({ location }) => {
    if (await currentSession()) return;
    if (await setupNeeded()) throw redirect({ to: "/setup" });
    throw redirect({ to: "/sign-in", search: { back: safeBack(location.href) } });
  },
  component: Shell,
});
