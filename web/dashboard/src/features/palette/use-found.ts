/** What the server finds for a question; asked once typing rests, and nothing of an older question is kept. */
import type { SearchHit } from "@chatdesk/client";
import { useEffect, useState } from "react";
import { fetchHits } from "@/features/search/api";

const TYPING_RESTS = 80;
const MOST = 12;

export interface Found {
  readonly hits: readonly SearchHit[];
  readonly stage: "idle" | "asking" | "done" | "failed";
}

const IDLE: Found = { hits: [], stage: "idle" };
const ASKING: Found = { hits: [], stage: "asking" };

export function useFound(q: string): Found {
  const [answer, setAnswer] = useState<Found & { readonly q: string }>({ ...IDLE, q: "" });
  useEffect(() => {
    if (q === "") return;
    const over = new AbortController();
    const timer = setTimeout(() => {
      fetchHits(q, null, null, MOST, over.signal).then(
        ({ items }) => setAnswer({ q, hits: items, stage: "done" }),
        () => {
          if (!over.signal.aborted) setAnswer({ q, hits: [], stage: "failed" });
        },
      );
    }, TYPING_RESTS);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [q]);
  if (q === "") return IDLE;
  return answer.q === q ? answer : ASKING;
}
