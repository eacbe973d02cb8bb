import { createFileRoute, redirect, useLocation } from "@tanstack/react-router";
import { currentSession, setupNeeded } from "@/features/session/api";
import { Wizard } from "@/features/setup/components/wizard";
import { savedStep } from "@/features/setup/progress";

export const Route = createFileRoute("/setup")({
  validateSearch: (search: Record<string, unknown>): { code?: string } =>
    typeof search.code === "string" ? { code: search.code } : {},
  beforeLoad: async () => {
    if (await setupNeeded()) return;
    // Already set up: whoever is in the middle of it goes on, everyone else signs in.
    if (savedStep() === null) throw redirect({ to: "/sign-in" });
    if (!(await currentSession())) throw redirect({ to: "/sign-in", search: { back: "/setup" } });
  },
  component: Page,
});

function Page() {
  // The link we print has it behind the #, so that the one-time code reaches no log.
  const hidden = useLocation({ select: (location) => location.hash });
  const { code = "" } = Route.useSearch();
  return <Wizard code={hidden || code} />;
}
