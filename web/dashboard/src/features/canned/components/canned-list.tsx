/** Canned replies beside the words that are being typed: arrows choose, Tab or Enter inserts. */
import type { Canned, Conversation } from "@chatdesk/client";
import { clsx } from "clsx";
import { type RefObject, useEffect, useId, useState } from "react";
import { Key } from "@/components/ui/button";
import { useProfile } from "@/features/contact/api";
import { useTranslation } from "@/lib/i18n";
import { firstName } from "@/lib/name";
import { desk } from "@/live/desk";
import { useMe } from "@/live/use";
import { countUse, useCanned } from "../api";
import { askedFor, fill, type Known } from "../fill";
import { findCanned } from "../live";
import type { TakesKey } from "../use-slash";

const MOST_SHOWN = 8;

interface ListProps {
  conversation: Conversation;
  words: string;
  keys: RefObject<TakesKey | null>;
  onInsert: (text: string) => void;
  onClose: () => void;
}

/** What the variables stand for in this conversation. */
function useKnown(conversation: Conversation): Known {
  const contact = useProfile(conversation.contact.id).data?.contact;
  const me = useMe();
  const agent = me?.display_name ?? me?.name ?? null;
  const called = conversation.contact.name;
  const named = contact ? contact.named : !/^Visitor \d+$/.test(called);
  const name = named ? called : null;
  return {
    "customer.name": name,
    "customer.first_name": name && firstName(name),
    "customer.email": contact?.email ?? null,
    "agent.name": agent,
    "agent.first_name": agent && firstName(agent),
    "inbox.name": conversation.inbox.name,
    "company.name": desk.session?.company ?? null,
    "conversation.number": String(conversation.number),
  };
}

export function CannedList({ conversation, words, keys, onInsert, onClose }: ListProps) {
  const { t } = useTranslation("canned");
  const load = useCanned();
  const known = useKnown(conversation);
  const [at, setAt] = useState(0);
  const id = useId();
  const found = findCanned(load.data?.items ?? [], words, MOST_SHOWN);
  const active = Math.min(at, Math.max(0, found.length - 1));
  const insert = (canned: Canned | undefined) => {
    if (!canned) return;
    countUse(canned.id);
    onInsert(fill(canned.body, known));
  };
  useEffect(() => {
    keys.current = (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") onClose();
      else if (found.length === 0) return false;
      else if (step) setAt((active + step + found.length) % found.length);
      else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab")
        insert(found[active]);
      else return false;
      return true;
    };
    return () => {
      keys.current = null;
    };
  });
  if (found.length === 0) {
    return words === "" && load.data ? <Line>{t("listEmpty")}</Line> : null;
  }
  return (
    <div
      id={id}
      role="listbox"
      aria-label={t("title")}
      className="scroller absolute inset-x-4 bottom-full z-20 mb-1 max-h-72 rounded-card border bg-raised p-1 text-text shadow-float max-two:inset-x-2"
    >
      {found.map((canned, index) => (
        <Choice
          key={canned.id}
          canned={canned}
          text={fill(canned.body, known)}
          active={index === active}
          onInsert={() => insert(canned)}
        />
      ))}
      <p role="status" className="sr-only">
        {found[active]?.name}
      </p>
    </div>
  );
}

interface ChoiceProps {
  canned: Canned;
  /** As it would be inserted. */
  text: string;
  active: boolean;
  onInsert: () => void;
}

function Choice({ canned, text, active, onInsert }: ChoiceProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field below takes the keys
    <div
      role="option"
      tabIndex={-1}
      aria-selected={active}
      ref={(row) => {
        if (active) row?.scrollIntoView({ block: "nearest" });
      }}
      onPointerDown={(event) => event.preventDefault()}
      onClick={onInsert}
      className={clsx(
        "flex min-h-8 cursor-default items-center gap-3 rounded-button px-2 py-1 max-two:min-h-11",
        active ? "bg-accent-tint" : "hover:bg-sunken",
      )}
    >
      <span className="max-w-48 shrink-0 truncate font-medium">{canned.name}</span>
      <span className="min-w-0 flex-1 truncate text-label text-text2" dir="auto">
        {text}
      </span>
      <Aside canned={canned} asked={askedFor(text).length} />
      {active ? <Key>Tab</Key> : null}
    </div>
  );
}

function Aside({ canned, asked }: { canned: Canned; asked: number }) {
  const { t } = useTranslation("canned");
  const text =
    asked > 0
      ? t("willAsk", { count: asked })
      : canned.times > 0
        ? t("used", { count: canned.times })
        : null;
  return text ? <span className="tabular shrink-0 text-meta text-text3">{text}</span> : null;
}

function Line({ children }: { children: string }) {
  return (
    <p className="absolute inset-x-4 bottom-full z-20 mb-1 rounded-card border bg-raised px-3 py-2 text-label text-text2 shadow-float max-two:inset-x-2">
      {children}
    </p>
  );
}
