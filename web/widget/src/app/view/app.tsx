/** The whole chat, top to bottom, drawn from the store. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../chat.ts";
import type { DraftKeeper } from "../keep.ts";
import type { Store, View } from "../store.ts";
import { t } from "../t.ts";
import { Composer } from "./composer.tsx";
import { Header } from "./header.tsx";
import { useLazy } from "./lazy.ts";
import { Transcript } from "./transcript.tsx";
import { Failure, OfflineBar } from "./trouble.tsx";

interface Props {
  store: Store;
  chat: Chat;
  draft: DraftKeeper;
  onClose: () => void;
}

function useView(store: Store): View {
  const [view, setView] = useState(store.view);
  useEffect(() => {
    setView(store.view);
    return store.watch((next) => setView(next));
  }, [store]);
  return view;
}

function Over({ view, chat }: { view: View; chat: Chat }) {
  const Part = useLazy(view.sheet !== null, () => import("./sheet.tsx").then((it) => it.Sheet));
  return Part && <Part view={view} chat={chat} />;
}

function AskHow({ view, chat }: { view: View; chat: Chat }) {
  const state = view.model.chat;
  const wanted = state?.state === "resolved" && (state.survey || view.rated === state.id);
  const Card = useLazy(wanted, () => import("./survey.tsx").then((it) => it.SurveyCard));
  return Card && <Card view={view} survey={chat.survey} />;
}

/** Narrower than this the chat fills the screen and the keyboard would hide what was opened. */
const PHONE = "(max-width:639.98px) and (pointer:coarse)";

export function App({ store, chat, draft, onClose }: Props) {
  const view = useView(store);
  const title = useRef<HTMLHeadingElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const focusField = () => field.current?.focus();

  useEffect(() => {
    if (view.focus === 0) return;
    if (matchMedia(PHONE).matches) title.current?.focus();
    else focusField();
  }, [view.focus]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented && view.framed) onClose();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [view.framed, onClose]);

  if (view.phase === "not_found") {
    return (
      <main class="chat missing">
        <p role="alert">{t("not_found")}</p>
      </main>
    );
  }
  return (
    <main class={view.framed ? "chat framed" : "chat page"}>
      <Header view={view} chat={chat} title={title} onClose={onClose} />
      <OfflineBar banner={view.banner} />
      <Transcript view={view} chat={chat} onHelp={focusField} />
      <Failure view={view} onTryAgain={() => chat.tryAgain()} />
      <AskHow view={view} chat={chat} />
      <Composer view={view} chat={chat} draft={draft} field={field} />
      <Over view={view} chat={chat} />
      <div class="unseen" aria-live="polite">
        {view.spoken}
      </div>
    </main>
  );
}
