/** Search; the question stands in the address, so that a page can be shared and found again. */
import type { SearchKind } from "@chatdesk/client";
import { createFileRoute } from "@tanstack/react-router";
import { SearchPage } from "@/features/search/components/search-page";

const KINDS: readonly string[] = ["message", "note", "contact"];

interface Asked {
  q?: string;
  kind?: SearchKind;
}

export const Route = createFileRoute("/_desk/search")({
  validateSearch: (search: Record<string, unknown>): Asked => ({
    ...(typeof search.q === "string" && search.q !== "" ? { q: search.q.slice(0, 200) } : {}),
    ...(typeof search.kind === "string" && KINDS.includes(search.kind)
      ? { kind: search.kind as SearchKind }
      : {}),
  }),
  component: Find,
});

function Find() {
  const { q = "", kind = null } = Route.useSearch();
  return <SearchPage q={q} kind={kind} />;
}
