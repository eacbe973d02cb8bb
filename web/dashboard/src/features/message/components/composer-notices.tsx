/** Lines above the composer: whose conversation it is, what came back, what was refused. */
import type { Ask, Conversation } from "@chatdesk/client";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { useAsk, useSecondsLeft } from "@/features/ask/store";
import { ask } from "@/features/conversation/asking";
import type { Rights } from "@/features/conversation/rights";
import { askForIt, dismissRefusal, neverMind, useDoing } from "@/features/conversation/verbs";
import { endDraft, saveDraft } from "@/features/draft/api";
import { draftKey } from "@/features/draft/live";
import { useTranslation } from "@/lib/i18n";
import { desk } from "@/live/desk";
import { useDraft } from "@/live/use";
import { dismissReturned } from "../outbox";
import { useReturned } from "../use-outbox";

interface NoticesProps {
  conversation: Conversation;
  rights: Rights;
  /** A note is being written already. */
  noting: boolean;
  onNote: () => void;
}

export function ComposerNotices({ conversation, rights, noting, onNote }: NoticesProps) {
  const { id } = conversation;
  const returned = useReturned(id);
  const { refusal } = useDoing(id);
  return (
    <>
      {returned ? <ReturnedLine id={id} code={returned.code} owner={returned.owner?.name} /> : null}
      {refusal ? <RefusalLine id={id} owner={refusal.owner?.name} detail={refusal.detail} /> : null}
      {returned?.owner && rights.stand === "theirs" ? null : (
        <StandLine conversation={conversation} rights={rights} noting={noting} onNote={onNote} />
      )}
      {rights.reply ? null : <KeptReply id={id} onNote={onNote} />}
    </>
  );
}

function Line({ children, alert = false }: { children: ReactNode; alert?: boolean }) {
  return (
    <div
      role={alert ? "alert" : undefined}
      className={
        alert
          ? "flex flex-wrap items-center gap-2 border-b bg-warn-tint px-4 py-2 text-text"
          : "flex flex-wrap items-center gap-2 border-b bg-sunken px-4 py-2 text-text2"
      }
    >
      {children}
    </div>
  );
}

function StandLine({ conversation, rights, noting, onNote }: NoticesProps) {
  const { t } = useTranslation();
  if (rights.stand === "theirs") {
    return (
      <Line>
        <span className="min-w-0 flex-1">
          <b className="font-semibold text-text">
            {t("composer.theirs", { name: conversation.owner?.name ?? "" })}
          </b>{" "}
          {t("composer.theirsNote")}
        </span>
        <span className="flex flex-wrap gap-2">
          {noting ? null : (
            <Button size="small" onClick={onNote}>
              {t("composer.addNote")}
            </Button>
          )}
          <AskForIt conversation={conversation} />
          {rights.takeOver ? (
            <Button size="small" onClick={() => ask(conversation.id, "takeover")}>
              {t("thread.takeOver")}
            </Button>
          ) : null}
        </span>
      </Line>
    );
  }
  if (rights.stand === "free") return <Line>{t("composer.free")}</Line>;
  if (rights.stand !== "resolved") return null;
  return <Line>{t("composer.resolved")}</Line>;
}

/** The question to its owner: asked with one press, and what became of it. */
function AskForIt({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { busy } = useDoing(conversation.id);
  const ask = useAsk(conversation.id);
  if (ask) return <Asked ask={ask} />;
  return (
    <Button size="small" disabled={busy !== null} onClick={() => void askForIt(conversation)}>
      {t(busy === "ask" ? "composer.asking" : "composer.askForIt")}
    </Button>
  );
}

function Asked({ ask }: { ask: Ask }) {
  const { t } = useTranslation();
  const seconds = useSecondsLeft(ask);
  if (ask.agent.id !== desk.me) {
    return (
      <span className="self-center">{t("composer.otherAsked", { name: ask.agent.name })}</span>
    );
  }
  return (
    <>
      <span className="self-center">
        {t("composer.youAsked", { name: ask.owner.name })}{" "}
        <span className="tabular">{t("composer.seconds", { count: seconds })}</span>
      </span>
      <Button size="small" look="quiet" onClick={() => void neverMind(ask)}>
        {t("composer.neverMind")}
      </Button>
    </>
  );
}

interface ReturnedProps {
  id: string;
  code: string;
  owner: string | undefined;
}

function ReturnedLine({ id, code, owner }: ReturnedProps) {
  const { t } = useTranslation();
  const text = owner
    ? t("composer.returnedOwner", { name: owner })
    : code === "unauthenticated"
      ? t("composer.returnedSession")
      : t("composer.returnedChanged");
  return (
    <Line alert>
      <span className="min-w-0 flex-1">{text}</span>
      <Button look="quiet" size="small" onClick={() => dismissReturned(id)}>
        {t("common.ok")}
      </Button>
    </Line>
  );
}

function RefusalLine(props: { id: string; owner: string | undefined; detail: string }) {
  const { t } = useTranslation();
  const { id, owner, detail } = props;
  return (
    <Line alert>
      <span className="min-w-0 flex-1">
        {owner ? t("composer.tookFirst", { name: owner }) : detail || t("common.notDone")}
      </span>
      <Button look="quiet" size="small" onClick={() => dismissRefusal(id)}>
        {t("common.ok")}
      </Button>
    </Line>
  );
}

/** A reply that can no longer be sent is still here, word for word. */
function KeptReply({ id, onNote }: { id: string; onNote: () => void }) {
  const { t } = useTranslation();
  const draft = useDraft(id, "reply");
  const [hidden, setHidden] = useState(false);
  if (!draft || draft.text.trim() === "" || hidden) return null;
  const toNote = () => {
    const note = desk.drafts.get(draftKey(id, "note"))?.text ?? "";
    saveDraft(id, "note", note === "" ? draft.text : `${note}\n\n${draft.text}`);
    endDraft(id, "reply");
    onNote();
  };
  return (
    <Line>
      <span className="min-w-0 flex-1">
        {t("composer.keptReply")} <q className="text-text">{draft.text}</q>
      </span>
      <Button size="small" onClick={toNote}>
        {t("composer.makeNote")}
      </Button>
      <Button look="quiet" size="small" onClick={() => setHidden(true)}>
        {t("common.hide")}
      </Button>
    </Line>
  );
}
