/** Waits for the first customer's message, rings, and lets it be answered here. */
import type { Conversation, Inbox } from "@chatdesk/client";
import { useEffect, useMemo, useRef } from "react";
import { buttonClass } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy";
import { useConversationLoad, useConversationPages } from "@/features/conversation/api";
import { Composer } from "@/features/message/components/composer";
import { Thread } from "@/features/message/components/thread";
import { SoundBar } from "@/features/shell/components/bars";
import { playTone } from "@/features/sound/tone";
import { useTranslation } from "@/lib/i18n";
import { desk } from "@/live/desk";
import { useDesk, useThread } from "@/live/use";

export function FirstMessage({ inbox }: { inbox: Inbox }) {
  const conversation = useNewest();
  const rung = useRef(false);
  useEffect(() => {
    if (!conversation || rung.current) return;
    rung.current = true;
    playTone();
  }, [conversation]);
  return (
    <div className="flex flex-col gap-4">
      <SoundBar />
      {conversation ? (
        <Arrived key={conversation.id} conversation={conversation} />
      ) : (
        <Waiting inbox={inbox} />
      )}
    </div>
  );
}

function useNewest(): Conversation | null {
  useConversationPages("all");
  const version = useDesk((d) => d.version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the store's content
  return useMemo(() => {
    let newest: Conversation | null = null;
    for (const { conversation } of desk.conversations.values()) {
      if (!newest || conversation.number > newest.number) newest = conversation;
    }
    return newest;
  }, [version]);
}

function Waiting({ inbox }: { inbox: Inbox }) {
  const { t } = useTranslation();
  const chat = `/chat/${encodeURIComponent(inbox.key)}`;
  const publicUrl = useDesk((d) => d.session?.public_url ?? "").replace(/\/$/, "");
  return (
    <div className="flex flex-col items-center gap-3 rounded-card bg-sunken px-4 py-8 text-center">
      <p role="status" className="text-text2">
        {t("setup.waitingForFirst")}
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        <a
          href={`/test/${encodeURIComponent(inbox.key)}`}
          target="_blank"
          rel="noopener"
          className={buttonClass()}
        >
          {t("snippet.testPage")}
        </a>
        <CopyButton text={publicUrl + chat} label={t("setup.copyChatLink")} />
      </div>
    </div>
  );
}

function Arrived({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  useConversationLoad(conversation.id);
  const { loaded } = useThread(conversation.id);
  const answered = conversation.preview_author === "agent";
  return (
    <>
      <p role="status" className="font-medium text-ok">
        {answered ? t("setup.answered") : t("setup.arrived", { name: conversation.contact.name })}
      </p>
      <div className="flex h-96 flex-col overflow-hidden rounded-card border">
        {loaded ? <Thread conversation={conversation} /> : <div className="flex-1" />}
        <Composer conversation={conversation} />
      </div>
    </>
  );
}
