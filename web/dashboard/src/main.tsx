/** The page's start: language, router, query client, and what to do when a session ends. */
import { type QueryCache, QueryClientProvider } from "@tanstack/react-query";
import { createRouter, RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@/lib/i18n";
import "@/styles/app.css";
import { endsSession, onSessionEnded } from "@/features/session/api";
import { listenForShortcuts } from "@/features/shortcut/keys";
import { safeBack } from "@/lib/back";
import { parseSearch, stringifySearch } from "@/lib/search";
import { queries } from "@/live/query";
import { routeTree } from "./routeTree.gen";

const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultPendingMs: 150,
  defaultPendingMinMs: 0,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

onSessionEnded(() => {
  const back = safeBack(router.state.location.href);
  void router.navigate({ to: "/sign-in", search: { back, ended: true } });
});

queries.getQueryCache().config.onError = ((error) => {
  endsSession(error);
}) satisfies QueryCache["config"]["onError"];

listenForShortcuts();

const root = document.getElementById("app");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
