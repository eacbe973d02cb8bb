/** The open conversation's facts and verbs: who, which state, whose it is, what to do. */
import type { Conversation } from "@chatdesk/client";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, ArrowRightLeft, Hand, PanelRight } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Avatar } from "@/components/ui/avatar";
import { Button, IconButton } from "@/components/ui/button";
import { MenuButton } from "@/components/ui/menu-button";
import { useKeyHint, useShortcuts } from "@/features/shortcut/keys";
import { TagButton } from "@/features/tag/components/tag-button";
import { useTranslation } from "@/lib/i18n";
import { whenText } from "@/lib/when";
import { desk } from "@/live/desk";
import { useNow, usePermissions, useViewers } from "@/live/use";
import { ask } from "../asking";
import { type Rights, rightsOf } from "../rights";
import { claim, release, reopen, resolve, useDoing, wake } from "../verbs";
import { PriorityMenu } from "./priority-menu";
import { StateMark } from "./state-mark";

const SnoozeDialog = lazy(() => import("@/features/snooze/components/snooze-dialog"));

interface HeaderProps {
  conversation: Conversation;
  view: string;
  onContext: () => void;
}

export function Header({ conversation, view, onContext }: HeaderProps) {
  const { t } = useTranslation();
  const rights = rightsOf(conversation, desk.me, usePermissions());
  const { busy } = useDoing(conversation.id);
  const [snoozing, setSnoozing] = useState(false);
  const contextKeys = useKeyHint("toggleContext");
  useHeaderKeys(conversation, rights, () => setSnoozing(true));
  return (
    <header className="flex min-h-13 shrink-0 items-center gap-2 border-b bg-surface px-4 py-1 max-two:px-2">
      <Link
        to="/inbox"
        search={{ view: view as "mine" }}
        aria-label={t("thread.backToList")}
        className="flex size-11 shrink-0 items-center justify-center rounded-button two:hidden"
      >
        <ArrowLeft size={20} strokeWidth={1.5} aria-hidden="true" />
      </Link>
      <Title conversation={conversation} onContext={onContext} />
      <ViewersHere id={conversation.id} />
      <TagButton conversation={conversation} />
      <PriorityMenu conversation={conversation} />
      {rights.claim ? (
        <Button look="primary" disabled={busy !== null} onClick={() => void claim(conversation)}>
          <Hand size={16} strokeWidth={1.5} aria-hidden="true" />
          {busy === "claim" ? t("thread.taking") : t("thread.takeIt")}
        </Button>
      ) : null}
      {rights.wake ? (
        <Button disabled={busy !== null} onClick={() => void wake(conversation)}>
          {t("thread.wake")}
        </Button>
      ) : null}
      {rights.stand === "mine" ? (
        <Button disabled={busy !== null} onClick={() => void resolve(conversation)}>
          {busy === "resolve" ? t("thread.resolving") : t("thread.resolve")}
        </Button>
      ) : null}
      {rights.reopen ? (
        <Button disabled={busy !== null} onClick={() => void reopen(conversation, "active")}>
          {t("thread.reopen")}
        </Button>
      ) : null}
      <HandOver id={conversation.id} shown={rights.transfer} />
      <More conversation={conversation} rights={rights} onSnooze={() => setSnoozing(true)} />
      <IconButton
        label={t("thread.context")}
        hint={contextKeys}
        onClick={onContext}
        className="max-two:hidden"
      >
        <PanelRight size={16} strokeWidth={1.5} aria-hidden="true" />
      </IconButton>
      {snoozing ? (
        <Suspense>
          <SnoozeDialog conversation={conversation} onClose={() => setSnoozing(false)} />
        </Suspense>
      ) : null}
    </header>
  );
}

function useHeaderKeys(conversation: Conversation, rights: Rights, onSnooze: () => void): void {
  useShortcuts({
    claim: rights.claim && (() => void claim(conversation)),
    assign: rights.transfer && (() => ask(conversation.id, "handover")),
    resolve: rights.stand === "mine" && (() => void resolve(conversation)),
    reopen: rights.reopen && (() => void reopen(conversation, "active")),
    release: rights.release && (() => void release(conversation)),
    snooze: rights.snooze && onSnooze,
    wake: rights.wake && (() => void wake(conversation)),
  });
}

function HandOver({ id, shown }: { id: string; shown: boolean }) {
  const { t } = useTranslation();
  const keys = useKeyHint("assign");
  if (!shown) return null;
  return (
    <IconButton
      label={t("thread.handOver")}
      hint={keys}
      onClick={() => ask(id, "handover")}
      className="max-two:hidden"
    >
      <ArrowRightLeft size={16} strokeWidth={1.5} aria-hidden="true" />
    </IconButton>
  );
}

interface TitleProps {
  conversation: Conversation;
  onContext: () => void;
}

function Title({ conversation, onContext }: TitleProps) {
  return (
    <div className="min-w-0 flex-1">
      <h1 className="flex items-baseline gap-2">
        <button
          type="button"
          onClick={onContext}
          className="min-w-0 truncate rounded-input text-heading font-semibold hover:underline"
        >
          {conversation.contact.name}
        </button>
        <span className="tabular text-label text-text3">#{conversation.number}</span>
      </h1>
      <p className="flex min-w-0 items-center gap-2 text-label text-text2">
        <StateMark state={conversation.state} word />
        {conversation.state === "snoozed" ? <Sleep until={conversation.snoozed_until} /> : null}
        <Owner conversation={conversation} />
      </p>
    </div>
  );
}

function Sleep({ until }: { until: string | null }) {
  const { t } = useTranslation();
  const now = useNow(60_000);
  return (
    <span className="shrink-0">
      {until
        ? t("thread.snoozedUntil", { when: whenText(t, until, now) })
        : t("thread.snoozedReply")}
    </span>
  );
}

function Owner({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { owner, state } = conversation;
  if (!owner)
    return state === "waiting" ? <span className="truncate">{t("thread.ownerNone")}</span> : null;
  const mine = owner.id === desk.me;
  return (
    <span className="flex min-w-0 items-center gap-1">
      <Avatar name={owner.name} size={16} decorative />
      <span className="truncate">
        {mine ? t("thread.ownerYou") : t("thread.ownerOther", { name: owner.name })}
      </span>
    </span>
  );
}

function ViewersHere({ id }: { id: string }) {
  const { t } = useTranslation();
  const others = useViewers(id).filter((agent) => agent.id !== desk.me);
  if (others.length === 0) return null;
  const names = others.map((agent) => agent.name).join(", ");
  return (
    <span className="flex items-center gap-1 text-label text-text3 max-two:hidden">
      {others.slice(0, 3).map((agent) => (
        <Avatar key={agent.id} name={agent.name} size={20} decorative />
      ))}
      <span className="max-w-40 truncate">{t("inbox.looking", { names })}</span>
    </span>
  );
}

interface MoreProps {
  conversation: Conversation;
  rights: Rights;
  onSnooze: () => void;
}

function More({ conversation, rights, onSnooze }: MoreProps) {
  const snoozeKeys = useKeyHint("snooze");
  const { t } = useTranslation();
  const { id } = conversation;
  const closes = rights.resolve && rights.stand !== "mine";
  const { takeOver, transfer } = rights;
  const nothing = !rights.release && !takeOver && !rights.reopen && !rights.snooze && !transfer;
  if (nothing && !closes) return null;
  return (
    <MenuButton label={t("thread.more")}>
      {({ MenuItem }) => (
        <>
          {transfer ? (
            <MenuItem onSelect={() => ask(id, "handover")}>{t("thread.handOver")}</MenuItem>
          ) : null}
          {takeOver ? (
            <MenuItem onSelect={() => ask(id, "takeover")}>{t("thread.takeOver")}</MenuItem>
          ) : null}
          {rights.snooze ? (
            <MenuItem onSelect={onSnooze} hint={snoozeKeys}>
              {t("thread.snooze")}
            </MenuItem>
          ) : null}
          {rights.release ? (
            <MenuItem onSelect={() => void release(conversation)}>{t("thread.release")}</MenuItem>
          ) : null}
          {closes ? (
            <MenuItem onSelect={() => void resolve(conversation)}>{t("thread.resolve")}</MenuItem>
          ) : null}
          {rights.reopen ? (
            <MenuItem onSelect={() => void reopen(conversation, "waiting")}>
              {t("thread.reopenToQueue")}
            </MenuItem>
          ) : null}
        </>
      )}
    </MenuButton>
  );
}
