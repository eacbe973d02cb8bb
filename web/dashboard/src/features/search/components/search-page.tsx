/** Search as a page: the question stands in the address, what was found below it, page after page. */
import type { SearchHit, SearchKind } from "@chatdesk/client";
import { useNavigate } from "@tanstack/react-router";
import { clsx } from "clsx";
import { Search, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { INPUT } from "@/components/ui/field";
import { Empty, Failure, Loading } from "@/components/ui/notice";
import { useTranslation } from "@/lib/i18n";
import { useNow } from "@/live/use";
import { useHits } from "../api";
import { HitRow } from "./hit-row";

const KINDS = ["all", "message", "note", "contact"] as const;
const TYPING_RESTS = 150;
const LONGEST = 200;
const FEW_PEOPLE = 4;

export interface SearchPageProps {
  q: string;
  kind: SearchKind | null;
}

export function SearchPage({ q, kind }: SearchPageProps) {
  const { t } = useTranslation("search");
  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <header className="flex shrink-0 flex-col gap-2 border-b px-4 py-3">
        <h1 className="sr-only">{t("title")}</h1>
        <Field q={q} kind={kind} />
        <Kinds q={q} kind={kind} />
      </header>
      {q.trim() === "" ? (
        <Empty title={t("start")} detail={t("startHow")} />
      ) : (
        <Results key={kind ?? "all"} q={q} kind={kind} />
      )}
    </div>
  );
}

/** What stands in the field. Typing moves the address along, without a history entry for each letter. */
function useQuestion({ q, kind }: SearchPageProps): [string, (text: string) => void] {
  const navigate = useNavigate();
  const [text, setText] = useState(q);
  const sent = useRef(q);
  if (q !== sent.current) {
    // the address was changed by somebody else: back, forward, a link
    sent.current = q;
    setText(q);
  }
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      void navigate({
        to: "/search",
        search: { ...(text === "" ? {} : { q: text }), ...(kind ? { kind } : {}) },
        replace: true,
      });
    }, TYPING_RESTS);
    return () => clearTimeout(timer);
  }, [text, kind, navigate]);
  return [text, setText];
}

function Field({ q, kind }: SearchPageProps) {
  const { t } = useTranslation("search");
  const [text, setText] = useQuestion({ q, kind });
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <search className="relative mx-auto block w-full max-w-224">
      <Search
        size={16}
        strokeWidth={1.5}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-text3"
      />
      <input
        ref={field}
        type="search"
        value={text}
        maxLength={LONGEST}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
        aria-label={t("field")}
        placeholder={t("placeholder")}
        autoComplete="off"
        spellCheck={false}
        className={clsx(INPUT, "h-10 w-full pr-10 pl-9 [&::-webkit-search-cancel-button]:hidden")}
      />
      {text === "" ? null : (
        <span className="absolute inset-y-0 right-1 flex items-center">
          <IconButton
            label={t("clear")}
            onClick={() => {
              setText("");
              field.current?.focus();
            }}
          >
            <X size={16} strokeWidth={1.5} aria-hidden="true" />
          </IconButton>
        </span>
      )}
    </search>
  );
}

function Kinds({ q, kind }: SearchPageProps) {
  const { t } = useTranslation("search");
  const navigate = useNavigate();
  return (
    <fieldset className="mx-auto flex w-full max-w-224 gap-1">
      <legend className="sr-only">{t("kinds")}</legend>
      {KINDS.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={(kind ?? "all") === each}
          onClick={() =>
            void navigate({
              to: "/search",
              search: { ...(q === "" ? {} : { q }), ...(each === "all" ? {} : { kind: each }) },
              replace: true,
            })
          }
          className={clsx(
            "h-7 rounded-button border px-2 text-label max-two:h-9",
            (kind ?? "all") === each
              ? "border-current font-semibold text-text"
              : "border-transparent text-text2 hover:bg-sunken",
          )}
        >
          {t(`kind.${each}`)}
        </button>
      ))}
    </fieldset>
  );
}

function Results({ q, kind }: SearchPageProps) {
  const { t } = useTranslation("search");
  const pages = useHits(q, kind);
  const people = useHits(kind === null ? q : "", "contact", FEW_PEOPLE);
  const now = useNow(60_000);
  const hits = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const numbered = hits.filter((hit) => hit.kind === "conversation");
  const few = kind === null ? (people.data?.pages[0]?.items ?? []) : [];
  const rest =
    kind === null
      ? hits.filter((hit) => hit.kind !== "conversation" && hit.kind !== "contact")
      : hits;
  if (pages.isPending) return <Loading rows={8} />;
  if (pages.isError && hits.length === 0) {
    return <Failure error={pages.error} what={t("failed")} onRetry={() => void pages.refetch()} />;
  }
  const none = numbered.length + few.length + rest.length === 0 && !pages.hasNextPage;
  if (none && !people.isFetching) {
    return <Empty title={kind === null ? t("nothing", { q }) : t("nothingHere", { q })} />;
  }
  const count = numbered.length + few.length + rest.length;
  return (
    <div
      className={clsx("scroller min-h-0 flex-1 pb-6", pages.isPlaceholderData && "opacity-60")}
      aria-busy={pages.isFetching}
    >
      <div className="mx-auto max-w-224 two:border-x">
        <p role="status" className="sr-only">
          {pages.hasNextPage ? t("resultsMore", { count }) : t("results", { count })}
        </p>
        <Group title={t("conversations")} hits={numbered} now={now} />
        <Group title={t("people")} hits={few} now={now} />
        <Group title={kind === "contact" ? t("people") : t("messages")} hits={rest} now={now} />
        <More pages={pages} />
      </div>
    </div>
  );
}

interface GroupProps {
  title: string;
  hits: readonly SearchHit[];
  now: number;
}

function Group({ title, hits, now }: GroupProps): ReactNode {
  if (hits.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="sticky top-0 z-10 border-b bg-canvas px-4 py-1 text-label font-medium text-text2">
        {title}
      </h2>
      <ul className="divide-y">
        {hits.map((hit) => (
          <li key={`${hit.kind} ${hit.message?.id ?? hit.conversation?.id} ${hit.contact.id}`}>
            <HitRow hit={hit} now={now} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Asks for the next page when its end comes near. */
function More({ pages }: { pages: ReturnType<typeof useHits> }) {
  const { t } = useTranslation("search");
  const end = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = pages;
  const asks = hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (!asks || !end.current) return;
    const near = new IntersectionObserver(
      (seen) => {
        if (seen.some((each) => each.isIntersecting)) void fetchNextPage();
      },
      { rootMargin: "400px" },
    );
    near.observe(end.current);
    return () => near.disconnect();
  }, [asks, fetchNextPage]);
  if (!hasNextPage) return null;
  return (
    <div ref={end} className="flex justify-center p-4">
      {isFetchingNextPage ? (
        <Loading rows={2} className="w-full" />
      ) : (
        <Button look="quiet" onClick={() => void fetchNextPage()}>
          {isFetchNextPageError ? t("moreFailed") : t("more")}
        </Button>
      )}
    </div>
  );
}
