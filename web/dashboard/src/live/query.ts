/** The query client: when to fetch and what went wrong. What was fetched lives in the desk. */
import { ApiError } from "@chatdesk/client";
import { QueryClient } from "@tanstack/react-query";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 30 * 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      networkMode: "always",
      retry: (count, error) => error instanceof ApiError && error.temporary && count < 4,
    },
    mutations: { networkMode: "always", retry: false },
  },
});
