/** The left pane: four lists with their counts, and the rows of the one chosen. */
import type { ViewName } from "@chatdesk/client";
import { Link, useNavigate } from "@tanstack/react-router";
import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { MenuButton } from "@/components/ui/menu-button";
import { Empty, Failure, Loading } from "@/components/ui/notice";
import { TagFilter } from "@/features/tag/components/tag-filter";
import { filterByTag, useTagFilter } from "@/features/tag/filter";
import { ROW_HEIGHT, useDensity } from "@/features/theme/density";
import { useTranslation } from "@/lib/i18n";
import { type Rows as Painted, useRows } from "@/lib/rows";
import { desk } from "@/live/desk";
import { useDesk, useNow } from "@/live/use";
import { useKeyHint, useShortcut } from "../../shortcut/keys";
import { edgeOf, prefetchConversation, useConversationPages } from "../api";
import { settle, waitingRows } from "../calm";
import { listOf } from "../live";
import { Row } from "./row";

const VIEWS: readonly ViewName[] = ["mine", "waiting", "all"];
const MORE: readonly ViewName[] = ["snoozed", "resolved"];
const HOVER_MEANS_IT = 80;
const SETTLES = 250;

interface ListProps {
  view: ViewName;
  selected: string | null;
  onPeek: (id: string) => void;
}

export function ConversationList({ view, selected, onPeek }: ListProps) {
  const { t } = useTranslation();
  const tag = useTagFilter();
  return (
    <section aria-label={t("inbox.list")} className="flex h-full min-h-0 flex-col bg-surface">
      {selected === null ? <h1 className="sr-only">{t("nav.inbox")}</h1> : null}
      <ViewTabs view={view} selected={selected} />
      {tag === null ? null : <TagFilter tag={tag} />}
      <Rows key={`${view} ${tag}`} view={view} selected={selected} tag={tag} onPeek={onPeek} />
    </section>
  );
}

/** Another list does not close what is open beside it. */
function ViewTabs({ view, selected }: Omit<ListProps, "onPeek">) {
  const { t } = useTranslation();
  const counts = useDesk((d) => d.counts);
  const navigate = useNavigate();
  // Another list shows beside the three as long as it is open.
  const views = VIEWS.includes(view) ? VIEWS : [...VIEWS, view];
  return (
    <nav
      aria-label={t("inbox.views")}
      className="flex h-12 shrink-0 items-center border-b px-1.5 two:h-13"
    >
      {views.map((each) => (
        <Link
          key={each}
          to={selected === null ? "/inbox" : "/inbox/$id"}
          params={{ id: selected ?? "" }}
          search={{ view: each }}
          aria-current={each === view ? "page" : undefined}
          className={clsx(
            "flex h-8 items-center gap-1 rounded-button px-1.5 text-label max-two:h-11 max-two:px-3",
            each === view
              ? "bg-canvas font-semibold text-text"
              : "text-text2 hover:bg-sunken hover:text-text",
          )}
        >
          {t(`view.${each}`)}
          {counts && (each === "mine" || each === "waiting" || each === "all") ? (
            <span className="tabular text-text2">{counts[each]}</span>
          ) : null}
        </Link>
      ))}
      <span className="flex-1" />
      <MenuButton
        label={t("inbox.moreViews")}
        shape={<ChevronDown size={16} strokeWidth={1.5} aria-hidden="true" />}
      >
        {({ MenuItem }) =>
          MORE.map((each) => (
            <MenuItem
              key={each}
              onSelect={() =>
                void navigate({
                  to: selected === null ? "/inbox" : "/inbox/$id",
                  params: { id: selected ?? "" },
                  search: { view: each },
                })
              }
            >
              {t(`view.${each}`)}
            </MenuItem>
          ))
        }
      </MenuButton>
    </nav>
  );
}

type Pages = ReturnType<typeof useConversationPages>;

function useOrder({ view, selected, tag }: Shown, held: boolean) {
  const pages = useConversationPages(view, tag);
  const version = useDesk((d) => d.version);
  const edge = edgeOf(pages.data);
  const loaded = pages.data !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the store's content
  const live = useMemo(
    () => (loaded ? listOf(desk.conversations.values(), view, desk.me, edge, desk.floor, tag) : []),
    [version, view, tag, edge, loaded],
  );
  const [shown, setShown] = useState<readonly string[]>(live);
  const painted = settle(shown, live, held, selected);
  if (painted !== shown) setShown(painted);
  const release = useCallback(() => setShown(live), [live]);
  return { pages, shown: painted, release, waiting: held ? waitingRows(painted, live) : 0 };
}

/** Held while the pointer is in the list or one of its rows has focus. */
function useHeld() {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const handlers = {
    onPointerEnter: (event: React.PointerEvent) => {
      if (event.pointerType !== "touch") setPointer(true);
    },
    onPointerLeave: () => setPointer(false),
    onFocus: () => setFocus(true),
    onBlur: () => setFocus(false),
  };
  return { held: pointer || focus, handlers };
}

interface Shown {
  view: ViewName;
  selected: string | null;
  /** Only what carries it. */
  tag: string | null;
}

function Rows({ view, selected, tag, onPeek }: Shown & ListProps) {
  const { held, handlers } = useHeld();
  const { pages, shown, release, waiting } = useOrder({ view, selected, tag }, held);
  const scroller = useRef<HTMLDivElement>(null);
  const density = useDensity();
  const height = ROW_HEIGHT[density];
  const rows = useRows(scroller, shown.length, height);
  useNextPage(rows, shown.length, pages);
  const { cursor, open } = useListKeys(scroller, shown, selected, view, rows.scrollToIndex);
  const showNew = () => {
    release();
    scroller.current?.scrollTo({ top: 0 });
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  };
  useShortcut("showNew", showNew, waiting > 0);
  usePeekKey(cursor, onPeek);
  const press = usePressedRow(open);
  useNeighbours(shown, selected);
  const now = useNow(20_000);
  return (
    <div className="relative min-h-0 flex-1">
      {waiting > 0 ? <NewRows count={waiting} onShow={showNew} /> : null}
      <div ref={scroller} className="scroller h-full" {...handlers} {...press}>
        <ListState view={view} tag={tag} pages={pages} empty={shown.length === 0} />
        <ul className="relative" style={{ height: rows.total }}>
          {shown.slice(rows.start, rows.end).map((id, offset) => {
            const index = rows.start + offset;
            return (
              <li
                key={id}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${index * height}px)` }}
                aria-setsize={pages.hasNextPage ? -1 : shown.length}
                aria-posinset={index + 1}
              >
                <Row
                  id={id}
                  view={view}
                  density={density}
                  selected={id === selected}
                  tabbable={id === cursor}
                  now={now}
                  href={`/inbox/${id}?view=${view}`}
                />
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

function NewRows({ count, onShow }: { count: number; onShow: () => void }) {
  const { t } = useTranslation();
  const key = useKeyHint("showNew");
  return (
    <Button
      size="small"
      onClick={onShow}
      className="enter absolute top-2 left-1/2 z-10 -translate-x-1/2 rounded-full shadow-float"
    >
      {key ? t("inbox.newRows", { count, key }) : t("inbox.newRowsNoKey", { count })}
    </Button>
  );
}

/** A look at the row under the cursor, unless a button has the focus: Space is then its own. */
function usePeekKey(cursor: string | null, onPeek: (id: string) => void): void {
  useShortcut("peek", () => {
    const focused = document.activeElement;
    const id = focused ? rowOf(focused) : null;
    if (id === null && focused !== document.body) return false;
    const wanted = id ?? cursor;
    return wanted !== null && onPeek(wanted);
  });
}

const AHEAD = 3;

/** Who reads one is likely to read the next: fetched while the line is idle. */
function useNeighbours(shown: readonly string[], selected: string | null) {
  useEffect(() => {
    const at = selected === null ? -1 : shown.indexOf(selected);
    if (at < 0) return;
    const timer = setTimeout(() => {
      const near = [
        ...shown.slice(at + 1, at + 1 + AHEAD),
        ...shown.slice(Math.max(0, at - 1), at),
      ];
      for (const id of near) prefetchConversation(id);
    }, SETTLES);
    return () => clearTimeout(timer);
  }, [shown, selected]);
}

/** Fetches the next page before the end of what is loaded is reached. */
function useNextPage(rows: Painted, count: number, pages: Pages) {
  const near = rows.end >= count - 2;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && near) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, near]);
}

const rowOf = (target: EventTarget): string | null =>
  target instanceof Element
    ? (target.closest("[data-row]")?.getAttribute("data-row") ?? null)
    : null;

/** A click opens the row that was painted when the pointer went down. */
function usePressedRow(open: (id: string) => void) {
  const pressed = useRef<string | null>(null);
  const hover = useRef<ReturnType<typeof setTimeout>>(undefined);
  return {
    onPointerDown: (event: React.PointerEvent) => {
      pressed.current = event.button === 0 ? rowOf(event.target) : null;
    },
    onClick: (event: React.MouseEvent) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      const id = (event.detail > 0 ? pressed.current : null) ?? rowOf(event.target);
      pressed.current = null;
      if (!id) return;
      event.preventDefault();
      open(id);
    },
    onPointerOver: (event: React.PointerEvent) => {
      clearTimeout(hover.current);
      const id = rowOf(event.target);
      if (id && event.pointerType === "mouse") {
        hover.current = setTimeout(() => prefetchConversation(id), HOVER_MEANS_IT);
      }
    },
  };
}

function useListKeys(
  scroller: RefObject<HTMLDivElement | null>,
  shown: readonly string[],
  selected: string | null,
  view: ViewName,
  toRow: (index: number) => void,
) {
  const navigate = useNavigate();
  const [at, setAt] = useState<string | null>(null);
  const cursor =
    at && shown.includes(at) ? at : selected && shown.includes(selected) ? selected : shown[0];
  const open = useCallback(
    (id: string) => {
      setAt(id);
      void navigate({ to: "/inbox/$id", params: { id }, search: { view } });
    },
    [navigate, view],
  );
  const move = (step: 1 | -1) => {
    const focused = document.activeElement ? rowOf(document.activeElement) : null;
    const from = shown.indexOf(focused ?? selected ?? "");
    const index = from < 0 ? 0 : from + step;
    const id = shown[index];
    if (id === undefined) return;
    setAt(id);
    toRow(index);
    prefetchConversation(id);
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus();
    });
  };
  useShortcut("next", () => move(1), shown.length > 0);
  useShortcut("previous", () => move(-1), shown.length > 0);
  useShortcut("open", () => false, shown.length > 0);
  return { cursor: cursor ?? null, open };
}

interface ListStateProps {
  view: ViewName;
  tag: string | null;
  pages: Pages;
  empty: boolean;
}

function ListState({ view, tag, pages, empty }: ListStateProps) {
  const { t } = useTranslation();
  const waiting = useDesk((d) => d.counts?.waiting ?? 0);
  if (pages.isPending) return <Loading rows={10} />;
  if (pages.isError && empty) {
    return (
      <Failure
        error={pages.error}
        what={t("inbox.listFailed")}
        onRetry={() => void pages.refetch()}
      />
    );
  }
  if (!empty) return null;
  if (tag !== null) {
    const clear = <Button onClick={() => filterByTag(null)}>{t("inbox.clearFilter")}</Button>;
    return <Empty title={t("inbox.emptyFiltered")} action={clear} />;
  }
  if (view === "mine" && waiting > 0) {
    return (
      <Empty
        title={t("inbox.emptyMineWaiting", { count: waiting })}
        action={
          <Link
            to="/inbox"
            search={{ view: "waiting" }}
            className="font-medium text-accent underline"
          >
            {t("inbox.showWaiting")}
          </Link>
        }
      />
    );
  }
  return <Empty title={t(`inbox.empty.${view}`)} />;
}
