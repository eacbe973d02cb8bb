import { createFileRoute, redirect } from "@tanstack/react-router";
import { currentSession, setupNeeded } from "@/features/session/api";
import { SignIn } from "@/features/session/components/sign-in";
import { safeBack } from "@/lib/back";

interface SignInSearch {
  back?: string;
  ended?: boolean;
}

export const Route = createFileRoute("/sign-in")({
  validateSearch: (search: Record<string, unknown>): SignInSearch => ({
    ...(typeof search.back === "string" ? { back: safeBack(search.back) } : {}),
    ...(search.ended === true || search.ended === "true" ? { ended: true } : {}),
  }),
  beforeLoad: async ({ search }) => {
    if (await currentSession()) throw redirect({ href: safeBack(search.back) });
    if (await setupNeeded()) throw redirect({ to: "/setup" });
  },
  component: Page,
});

function Page() {
  const { back, ended = false } = Route.useSearch();
  return <SignIn back={safeBack(back)} ended={ended} />;
}
