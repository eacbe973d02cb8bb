/** Three panes at most: the list, what is open, who it is. Fewer where the screen is narrow. */
import type { ViewName } from "@chatdesk/client";
import { Outlet, useMatches, useNavigate } from "@tanstack/react-router";
import { X } from "lucide-react";
import { createContext, lazy, Suspense, useContext, useEffect, useState } from "react";
import { IconButton } from "@/components/ui/button";
import { Loading } from "@/components/ui/notice";
import { Splitter } from "@/features/shell/components/splitter";
import { useLayout, usePanes } from "@/features/shell/panes";
import { useShortcut } from "@/features/shortcut/keys";
import { useTranslation } from "@/lib/i18n";
import { useConversation } from "@/live/use";
import { ConversationList } from "./list";

const ContextPanel = lazy(async () => ({
  default: (await import("./context-panel")).ContextPanel,
}));

const Peek = lazy(async () => ({
  default: (await import("@/features/contact/components/peek")).Peek,
}));

const ContextPane = createContext<() => void>(() => {});

/** Shows or hides the pane about the customer. */
export const useContextPane = (): (() => void) => useContext(ContextPane);

function useOpenId(): string | null {
  return useMatches({
    select: (matches) => (matches.at(-1)?.params as { id?: string } | undefined)?.id ?? null,
  });
}

/** The conversation that is only looked at. Afterwards the cursor is on its row again. */
function usePeeked(open: string | null) {
  const [peeked, setPeeked] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: opening one ends the look at another
  useEffect(() => setPeeked(null), [open]);
  const endPeek = () => {
    const row = peeked === null ? null : `[data-row="${CSS.escape(peeked)}"]`;
    setPeeked(null);
    if (row) document.querySelector<HTMLElement>(row)?.focus();
  };
  return { peeked, setPeeked, endPeek };
}

export function InboxScreen({ view }: { view: ViewName }) {
  const { t } = useTranslation();
  const id = useOpenId();
  const layout = useLayout();
  const [panes, change] = usePanes();
  const [over, setOver] = useState(false);
  const { peeked, setPeeked, endPeek } = usePeeked(id);
  const navigate = useNavigate();
  const toggleContext = () =>
    layout === "three" ? change({ showContext: !panes.showContext }) : setOver(!over);
  useShortcut("togglePanes", () => change({ showList: !panes.showList }), layout !== "one");
  useShortcut("toggleContext", toggleContext, id !== null);
  useShortcut("back", () => {
    if (peeked !== null) endPeek();
    else if (over) setOver(false);
    else if (id) void navigate({ to: "/inbox", search: { view } });
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation begins without it
  useEffect(() => setOver(false), [id, layout]);
  const showList = layout === "one" ? id === null : panes.showList || id === null;
  const showMain = layout !== "one" || id !== null;
  const beside = layout === "three" && panes.showContext && id !== null;
  return (
    <ContextPane value={toggleContext}>
      <div className="relative flex min-h-0 flex-1">
        {showList ? (
          <ListPane
            view={view}
            selected={id}
            width={layout === "one" ? null : panes.list}
            onWidth={(list) => change({ list })}
            onPeek={setPeeked}
          />
        ) : null}
        {showMain ? (
          <div className="min-h-0 min-w-0 flex-1">
            <Outlet />
          </div>
        ) : null}
        {beside ? (
          <>
            <Splitter
              pane="context"
              width={panes.context}
              label={t("inbox.resizeContext")}
              onWidth={(context) => change({ context })}
            />
            <div className="min-h-0 shrink-0" style={{ width: panes.context }}>
              <Customer id={id} />
            </div>
          </>
        ) : null}
        {peeked ? <Peeked key={peeked} id={peeked} onClose={endPeek} /> : null}
        {over && id ? <Over id={id} onClose={() => setOver(false)} /> : null}
      </div>
    </ContextPane>
  );
}

interface ListPaneProps {
  view: ViewName;
  selected: string | null;
  /** Null: the whole screen. */
  width: number | null;
  onWidth: (width: number) => void;
  onPeek: (id: string) => void;
}

function ListPane({ view, selected, width, onWidth, onPeek }: ListPaneProps) {
  const { t } = useTranslation();
  const list = <ConversationList view={view} selected={selected} onPeek={onPeek} />;
  if (width === null) return <div className="min-h-0 w-full">{list}</div>;
  return (
    <>
      <div className="min-h-0 shrink-0" style={{ width }}>
        {list}
      </div>
      <Splitter pane="list" width={width} label={t("inbox.resizeList")} onWidth={onWidth} />
    </>
  );
}

/** A conversation to be read without opening it: nothing is marked as read and nobody is told. */
function Peeked({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const conversation = useConversation(id);
  useShortcut("peek", onClose);
  if (!conversation) return null;
  return (
    <div className="enter absolute inset-y-0 right-0 z-20 w-[min(40rem,100%)] border-l bg-surface shadow-float">
      <Suspense fallback={<Loading className="h-full" />}>
        <Peek conversation={conversation} back={t("inbox.peekBack")} onClose={onClose} />
      </Suspense>
    </div>
  );
}

function Customer({ id }: { id: string }) {
  const conversation = useConversation(id);
  if (!conversation) return null;
  return (
    <Suspense fallback={<Loading className="h-full bg-surface" />}>
      <ContextPanel key={id} conversation={conversation} />
    </Suspense>
  );
}

/** The same pane sliding over the conversation where there is no room beside it. */
function Over({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="enter absolute inset-y-0 right-0 z-20 w-80 border-l shadow-float max-two:w-full max-two:border-l-0">
      <IconButton
        label={t("common.close")}
        hint="Esc"
        onClick={onClose}
        className="absolute top-2 right-2 z-10 max-two:size-11"
      >
        <X size={16} strokeWidth={1.5} aria-hidden="true" />
      </IconButton>
      <Customer id={id} />
    </div>
  );
}
