/** The search call. What was found is shown as it was; the conversations themselves live in the desk. */
import { request, type SearchKind, type SearchPage } from "@chatdesk/client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";

const PAGE = 30;
/** An answer may be shown again without asking for so long, in ms. */
const FRESH = 10_000;

export function fetchHits(
  q: string,
  kind: SearchKind | null,
  cursor: string | null,
  limit: number,
  signal?: AbortSignal,
): Promise<SearchPage> {
  const search = new URLSearchParams({ q, limit: String(limit) });
  if (kind) search.set("kind", kind);
  if (cursor) search.set("cursor", cursor);
  return request<SearchPage>(
    "GET",
    `/api/v1/search?${search}`,
    undefined,
    signal ? { signal } : {},
  );
}

/** Pages of what fits `q`; the ones before stay until the next are here. */
export function useHits(q: string, kind: SearchKind | null, limit = PAGE) {
  return useInfiniteQuery({
    queryKey: ["search", q, kind, limit],
    queryFn: ({ pageParam, signal }) => fetchHits(q, kind, pageParam, limit, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    enabled: q !== "",
    staleTime: FRESH,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });
}
