/** The frame of every signed-in screen, and what runs as long as somebody is signed in. */
import { Outlet, useMatches } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useAlerting } from "@/features/alert/use-alerts";
import { flushDrafts } from "@/features/draft/api";
import { wakeOutbox } from "@/features/message/outbox";
import { showUnread } from "@/features/ring/alarm";
import { useShortcut } from "@/features/shortcut/keys";
import { UndoToast } from "@/features/undo/components/undo-toast";
import { useTranslation } from "@/lib/i18n";
import { desk } from "@/live/desk";
import { useDesk, useLine } from "@/live/use";
import { needsOf } from "../needs";
import { usePlaces } from "../places";
import { LineBar, SoundBar } from "./bars";
import { Rail } from "./rail";

const AskStack = lazy(() => import("@/features/ask/components/ask-stack"));
const RingStack = lazy(() => import("@/features/ring/components/ring-stack"));
const ShortcutHelp = lazy(() => import("@/features/shortcut/components/help"));
const Palette = lazy(() => import("@/features/palette/components/palette"));

export function Shell() {
  const [over, setOver] = useState<"help" | "palette" | null>(null);
  useShortcut("help", () => setOver("help"));
  useShortcut("palette", () => setOver(over === "palette" ? null : "palette"));
  const needsYou = useNeeds();
  useTitle(needsYou);
  const open = useOpenId();
  useAlerting(open);
  useSafety();
  usePlaces();
  return (
    <div className="flex h-dvh flex-col">
      <div className="flex min-h-0 flex-1 max-two:flex-col">
        <Rail needsYou={needsYou} reading={open !== null} onPalette={() => setOver("palette")} />
        <main className="flex min-h-0 min-w-0 flex-1 flex-col">
          <Outlet />
        </main>
      </div>
      <Corner />
      <UndoToast />
      {/* Below, so that nothing above moves under the pointer when they come and go. */}
      <SoundBar />
      <LineBar />
      <Suspense>
        {over === "help" ? <ShortcutHelp onClose={() => setOver(null)} /> : null}
        {over === "palette" ? <Palette onClose={() => setOver(null)} /> : null}
      </Suspense>
    </div>
  );
}

/** What rings and what is asked, at the top right. Fetched once the line stands: before that nothing can. */
function Corner() {
  const { live } = useLine();
  const [wanted, setWanted] = useState(live);
  if (live && !wanted) setWanted(true);
  return wanted ? (
    <div className="flex flex-col gap-2 max-two:contents two:fixed two:top-3 two:right-3 two:z-40 two:w-88">
      <Suspense>
        <RingStack />
      </Suspense>
      <Suspense>
        <AskStack />
      </Suspense>
    </div>
  ) : null;
}

function useNeeds(): number {
  const version = useDesk((d) => d.version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the store's content
  return useMemo(() => needsOf(desk.conversations.values(), desk.me), [version]);
}

function useTitle(needsYou: number): void {
  const { t } = useTranslation();
  const company = useDesk((d) => d.session?.company ?? "");
  useEffect(() => {
    const name = company ? t("app.titleOf", { company }) : t("app.name");
    document.title = needsYou > 0 ? `(${needsYou}) ${name}` : name;
    showUnread(needsYou > 0);
  }, [needsYou, company, t]);
}

function useOpenId(): string | null {
  return useMatches({
    select: (matches) => (matches.at(-1)?.params as { id?: string } | undefined)?.id ?? null,
  });
}

/** Words leave for the server when the page may go away, and again when the line is back. */
function useSafety(): void {
  const { live } = useLine();
  useEffect(() => {
    if (live) wakeOutbox();
  }, [live]);
  useEffect(() => {
    const hidden = () => {
      if (document.visibilityState === "hidden") flushDrafts();
    };
    document.addEventListener("visibilitychange", hidden);
    addEventListener("pagehide", flushDrafts);
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      removeEventListener("pagehide", flushDrafts);
    };
  }, []);
}
