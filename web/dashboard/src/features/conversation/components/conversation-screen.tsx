/** The open conversation: header, messages, composer; and every state in which it is not there. */
import { ApiError, type Conversation } from "@chatdesk/client";
import { lazy, Suspense, useEffect, useRef } from "react";
import { Empty, Failure, Loading } from "@/components/ui/notice";
import { Composer } from "@/features/message/components/composer";
import { Thread } from "@/features/message/components/thread";
import { useTranslation } from "@/lib/i18n";
import { setViewing } from "@/live/connection";
import { desk } from "@/live/desk";
import { useConversation, useThread } from "@/live/use";
import { useConversationLoad } from "../api";
import { stopAsking, useAsking } from "../asking";
import { Header } from "./header";

const Handover = lazy(() => import("./handover"));
const TakeOver = lazy(() => import("./take-over"));

interface ScreenProps {
  id: string;
  view: string;
  onContext: () => void;
}

/** Mounted anew for each conversation. */
export function ConversationScreen({ id, view, onContext }: ScreenProps) {
  const { t } = useTranslation();
  const load = useConversationLoad(id);
  const conversation = useConversation(id);
  const { loaded } = useThread(id);
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    desk.open = id;
    setViewing(id);
    place.current?.focus({ preventScroll: true });
    return () => {
      desk.open = null;
      setViewing(null);
      stopAsking();
    };
  }, [id]);
  const missing = load.error instanceof ApiError && load.error.status === 404;
  return (
    <section
      ref={place}
      tabIndex={-1}
      aria-label={conversation?.contact.name ?? t("thread.title")}
      className="quiet-focus flex h-full min-h-0 min-w-0 flex-col bg-surface"
    >
      {conversation ? (
        <Header conversation={conversation} view={view} onContext={onContext} />
      ) : null}
      {conversation && loaded ? (
        <Thread conversation={conversation} />
      ) : missing ? (
        <Empty title={t("thread.missing")} />
      ) : load.isError ? (
        <Failure
          error={load.error}
          what={t("thread.loadFailed")}
          onRetry={() => void load.refetch()}
        />
      ) : (
        <div className="min-h-0 flex-1">
          <Loading rows={5} />
        </div>
      )}
      {conversation ? <Composer conversation={conversation} /> : null}
      {conversation ? <Asked conversation={conversation} /> : null}
    </section>
  );
}

function Asked({ conversation }: { conversation: Conversation }) {
  const question = useAsking(conversation.id);
  if (!question) return null;
  const Dialog = question === "handover" ? Handover : TakeOver;
  return (
    <Suspense>
      <Dialog conversation={conversation} onClose={stopAsking} />
    </Suspense>
  );
}
