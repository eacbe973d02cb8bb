/** Handing a conversation to somebody else: find them, see what they are doing, choose; a warning when they are not there. */
import { ApiError, type Conversation } from "@chatdesk/client";
import { clsx } from "clsx";
import { Users } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { Avatar } from "@/components/ui/avatar";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Failure, InlineError, Loading } from "@/components/ui/notice";
import { SHAPES } from "@/features/team/status";
import { useTranslation } from "@/lib/i18n";
import { clockTime } from "@/lib/time";
import { desk } from "@/live/desk";
import { usePermissions } from "@/live/use";
import { transfer, useTargets } from "../api";
import { rightsOf } from "../rights";
import { type Choice, choicesOf, handTo } from "../targets";

interface HandoverProps {
  conversation: Conversation;
  onClose: () => void;
}

export default function Handover({ conversation, onClose }: HandoverProps) {
  const { t } = useTranslation("handover");
  const rights = rightsOf(conversation, desk.me, usePermissions());
  return (
    <Dialog open onClose={onClose} title={t("handOver.title")}>
      {rights.transfer ? (
        <Choosing conversation={conversation} onDone={onClose} />
      ) : (
        <InlineError>{t("handOver.notYours")}</InlineError>
      )}
    </Dialog>
  );
}

type Step =
  | { readonly at: "choosing"; readonly error: string | null }
  | { readonly at: "busy" }
  | { readonly at: "warned"; readonly choice: Choice };

/** One course: choose, perhaps be warned, and it is theirs. */
function useHandover(conversation: Conversation, onDone: () => void) {
  const { t } = useTranslation("handover");
  const [step, setStep] = useState<Step>({ at: "choosing", error: null });
  const hand = async (choice: Choice, anyway: boolean) => {
    if (step.at === "busy") return;
    setStep({ at: "busy" });
    try {
      await transfer(conversation.id, handTo(choice), conversation.epoch, anyway);
      onDone();
    } catch (error) {
      const known = error instanceof ApiError && !error.temporary ? error : null;
      if (known?.code === "target_not_available") setStep({ at: "warned", choice });
      else setStep({ at: "choosing", error: known?.detail || t("handOver.failed") });
    }
  };
  return { step, hand, again: () => setStep({ at: "choosing", error: null }) };
}

function Choosing({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const { t } = useTranslation("handover");
  const { step, hand, again } = useHandover(conversation, onDone);
  const load = useTargets();
  if (step.at === "warned") {
    return (
      <Warning choice={step.choice} onAnyway={() => hand(step.choice, true)} onOther={again} />
    );
  }
  if (load.isError) {
    return (
      <Failure
        error={load.error}
        what={t("handOver.loadFailed")}
        onRetry={() => void load.refetch()}
      />
    );
  }
  if (!load.data) return <Loading rows={4} />;
  const error = step.at === "choosing" ? step.error : null;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-text2">{t("handOver.intro", { name: conversation.contact.name })}</p>
      {error ? <InlineError>{error}</InlineError> : null}
      <Finder
        choices={(text) => choicesOf(load.data, conversation, text)}
        busy={step.at === "busy"}
        onChoose={(choice) => void hand(choice, false)}
      />
    </div>
  );
}

const KINDS = ["agent", "department"] as const;

interface FinderProps {
  choices: (text: string) => Choice[];
  busy: boolean;
  onChoose: (choice: Choice) => void;
}

/** Which choice the keys have reached, and what they do with it. */
function useWalk(found: readonly Choice[], idOf: (choice: Choice) => string) {
  const [at, setAt] = useState(0);
  const here = Math.min(at, found.length - 1);
  const walk = (step: number) => {
    const next = Math.max(0, Math.min(found.length - 1, here + step));
    const option = found[next];
    setAt(next);
    if (option) document.getElementById(idOf(option))?.scrollIntoView({ block: "nearest" });
  };
  return { chosen: found[here], walk, restart: () => setAt(0) };
}

/** A field and its list: typed to narrow, walked with the arrows, chosen with Enter or a press. */
function Finder({ choices, busy, onChoose }: FinderProps) {
  const { t } = useTranslation("handover");
  const [text, setText] = useState("");
  const listId = useId();
  const idOf = (choice: Choice) => `${listId}-${choice.id}`;
  const found = choices(text.trim());
  const { chosen, walk, restart } = useWalk(found, idOf);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") walk(1);
    else if (event.key === "ArrowUp") walk(-1);
    else if (event.key !== "Enter") return;
    else if (chosen && !busy) onChoose(chosen);
    event.preventDefault();
  };
  return (
    <>
      <Field
        label={t("handOver.find")}
        value={text}
        maxLength={100}
        autoFocus
        autoComplete="off"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-activedescendant={chosen ? idOf(chosen) : undefined}
        onChange={(event) => {
          setText(event.target.value);
          restart();
        }}
        onKeyDown={onKeyDown}
      />
      {found.length === 0 ? (
        <p className="py-4 text-center text-text2">
          {text.trim() === "" ? t("handOver.nobody") : t("handOver.none", { text: text.trim() })}
        </p>
      ) : null}
      <Choices id={listId} {...{ found, chosen, idOf, busy, onChoose }} />
      <p role="status" className="h-5 text-label text-text3">
        {busy ? t("handOver.busy") : null}
      </p>
    </>
  );
}

interface ChoicesProps {
  id: string;
  found: readonly Choice[];
  chosen: Choice | undefined;
  idOf: (choice: Choice) => string;
  busy: boolean;
  onChoose: (choice: Choice) => void;
}

function Choices({ id, found, chosen, idOf, busy, onChoose }: ChoicesProps) {
  const { t } = useTranslation("handover");
  return (
    <div
      id={id}
      role="listbox"
      tabIndex={-1}
      aria-label={t("handOver.list")}
      aria-busy={busy}
      className="scroller -mx-2 flex max-h-[50dvh] flex-col"
    >
      {KINDS.map((kind) => {
        const those = found.filter((choice) => choice.kind === kind);
        if (those.length === 0) return null;
        const label = t(kind === "agent" ? "handOver.people" : "handOver.departments");
        return (
          // biome-ignore lint/a11y/useSemanticElements: a list box may hold groups and options alone
          <div key={kind} role="group" aria-label={label} className="flex flex-col">
            <span aria-hidden="true" className="px-2 pt-2 pb-1 text-meta font-medium text-text3">
              {label}
            </span>
            {those.map((choice) => (
              <Option
                key={choice.id}
                id={idOf(choice)}
                choice={choice}
                selected={choice === chosen}
                busy={busy}
                onChoose={() => onChoose(choice)}
              />
            ))}
          </div>
        );
      })}
    </div>
  );
}

interface OptionProps {
  id: string;
  choice: Choice;
  selected: boolean;
  busy: boolean;
  onChoose: () => void;
}

function Option({ id, choice, selected, busy, onChoose }: OptionProps) {
  return (
    <button
      type="button"
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      disabled={busy}
      onClick={onChoose}
      className={clsx(
        "flex min-h-11 shrink-0 items-center gap-3 rounded-button px-2 text-left hover:bg-sunken disabled:opacity-60",
        selected && "bg-accent-tint",
      )}
    >
      {choice.kind === "agent" ? (
        <Avatar name={choice.name} size={32} decorative />
      ) : (
        <span className="flex size-8 shrink-0 items-center justify-center rounded-full border bg-sunken">
          <Users size={16} strokeWidth={1.5} aria-hidden="true" />
        </span>
      )}
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{choice.name}</span>
        <Doing choice={choice} />
      </span>
    </button>
  );
}

/** What they are doing and how much they have. */
function Doing({ choice }: { choice: Choice }) {
  const { t } = useTranslation("handover");
  const { t: team } = useTranslation("team");
  if (choice.kind === "department") {
    const { available, waiting } = choice.it;
    return (
      <span className="block truncate text-label text-text2">
        {t("handOver.available", { count: available })} ·{" "}
        {t("handOver.waiting", { count: waiting })}
      </span>
    );
  }
  const { status, until, chats, limit, online } = choice.it;
  const { shape, colour } = SHAPES[status];
  return (
    <span className="block truncate text-label text-text2">
      <span aria-hidden="true" className={colour}>
        {shape}{" "}
      </span>
      {team(`status.${status}`)}
      {until ? ` · ${team("status.until", { time: clockTime(until) })}` : null}
      {online ? null : ` · ${t("handOver.offline")}`}
      {" · "}
      <span className="tabular">
        {t(chats >= limit ? "handOver.full" : "handOver.chats", { chats, limit })}
      </span>
    </span>
  );
}

interface WarningProps {
  choice: Choice;
  onAnyway: () => void;
  onOther: () => void;
}

function Warning({ choice, onAnyway, onOther }: WarningProps) {
  const { t } = useTranslation("handover");
  const { t: team } = useTranslation("team");
  const { name } = choice;
  const sentence = () => {
    if (choice.kind === "department") return t("handOver.nobodyThere", { name });
    const { status, until } = choice.it;
    const words = { name, status: team(`status.${status}`) };
    return until
      ? t("handOver.awayUntil", { ...words, time: clockTime(until) })
      : t("handOver.away", words);
  };
  return (
    <div role="alert" className="flex flex-col gap-4">
      <p>
        <b className="font-semibold">{sentence()}</b> {t("handOver.nothingYet")}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button autoFocus onClick={onOther}>
          {t("handOver.other")}
        </Button>
        <Button onClick={onAnyway}>{t("handOver.anyway")}</Button>
      </div>
    </div>
  );
}
