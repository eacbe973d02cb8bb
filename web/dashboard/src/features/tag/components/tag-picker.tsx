/** Tags to put on and take off: type to find one, Enter to choose, Escape to be done. */
import { ApiError, type Conversation, type Tag } from "@chatdesk/client";
import { clsx } from "clsx";
import { Check, Plus } from "lucide-react";
import { type FocusEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { INPUT } from "@/components/ui/field";
import { useMay } from "@/features/team/api";
import { useTranslation } from "@/lib/i18n";
import { createTag, setTag, useTags } from "../api";
import { matching } from "../live";
import { TagDot } from "./tag-dot";

interface PickerProps {
  conversation: Conversation;
  onClose: () => void;
}

type Choice = { readonly tag: Tag } | { readonly make: string };

function useChoices(words: string): Choice[] {
  const all = useTags().data?.items ?? [];
  const may = useMay("tag.manage");
  const name = words.trim();
  const taken = all.some((tag) => tag.name.toLocaleLowerCase() === name.toLocaleLowerCase());
  const found = matching(all, words).map((tag): Choice => ({ tag }));
  return may && name !== "" && !taken ? [...found, { make: name }] : found;
}

/** What a choice does, and what to say when it was refused. */
function useChoose(conversation: Conversation) {
  const { t } = useTranslation("label");
  const [error, setError] = useState<string | null>(null);
  const choose = async (choice: Choice) => {
    setError(null);
    try {
      const tag = "tag" in choice ? choice.tag : await createTag(choice.make, "grey");
      await setTag(conversation.id, tag.id, !conversation.tags.includes(tag.id));
    } catch (reason) {
      setError((reason instanceof ApiError && reason.detail) || t("failed"));
    }
  };
  return { error, choose };
}

export function TagPicker({ conversation, onClose }: PickerProps) {
  const { t } = useTranslation("label");
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const choices = useChoices(words);
  const { error, choose } = useChoose(conversation);
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  useBack(field);
  const active = Math.min(at, choices.length - 1);
  const pick = (choice: Choice | undefined) => {
    if (!choice) return;
    void choose(choice);
    if ("make" in choice) setWords("");
    field.current?.select();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((active + step + choices.length) % Math.max(1, choices.length));
    else if (event.key === "Enter") pick(choices[active]);
    else onClose();
  };
  const label = t(useMay("tag.manage") ? "findOrMake" : "find");
  return (
    <div
      role="dialog"
      aria-label={t("tags")}
      className="flex flex-col gap-1 p-2"
      onBlur={(event) => left(event) && onClose()}
    >
      <input
        ref={field}
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={choices.length > 0 ? `${list}-${active}` : undefined}
        aria-label={label}
        placeholder={label}
        value={words}
        maxLength={80}
        autoComplete="off"
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => ours(event) && onKeyDown(event)}
        className={`${INPUT} h-9`}
      />
      {error ? <Refused>{error}</Refused> : null}
      <Choices
        id={list}
        choices={choices}
        active={active}
        carried={conversation.tags}
        words={words}
        onPick={pick}
      />
    </div>
  );
}

const KEYS: readonly string[] = ["ArrowDown", "ArrowUp", "Enter", "Escape"];

/** Whether the key means the list; nobody else hears of it then. */
function ours(event: KeyboardEvent): boolean {
  if (event.nativeEvent.isComposing || !KEYS.includes(event.key)) return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

/** Whether the focus went out of what holds the handler. */
const left = (event: FocusEvent): boolean => !event.currentTarget.contains(event.relatedTarget);

function Refused({ children }: { children: string }) {
  return (
    <p role="alert" className="px-2 text-label text-bad">
      {children}
    </p>
  );
}

/** Focus goes into the field, and back to where it was. */
function useBack(field: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const before = document.activeElement;
    field.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [field]);
}

interface ChoicesProps {
  id: string;
  choices: readonly Choice[];
  active: number;
  carried: readonly string[];
  words: string;
  onPick: (choice: Choice) => void;
}

function Choices({ id, choices, active, carried, words, onPick }: ChoicesProps) {
  const { t } = useTranslation("label");
  const load = useTags();
  if (choices.length === 0) {
    const why = load.isError ? "loadFailed" : words.trim() === "" ? "noneAtAll" : "nothing";
    return load.isPending ? null : (
      <p role={load.isError ? "alert" : "status"} className="px-2 py-1 text-label text-text3">
        {t(why)}
      </p>
    );
  }
  return (
    <div
      id={id}
      role="listbox"
      aria-label={t("tags")}
      aria-multiselectable="true"
      className="scroller max-h-64"
    >
      {choices.map((choice, index) => {
        const on = "tag" in choice && carried.includes(choice.tag.id);
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys
          <div
            key={"tag" in choice ? choice.tag.id : "make"}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={on}
            ref={(row) => {
              if (index === active) row?.scrollIntoView({ block: "nearest" });
            }}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onPick(choice)}
            className={clsx(
              "flex h-8 cursor-default items-center gap-2 rounded-button px-2 max-two:h-11",
              index === active ? "bg-accent-tint" : "hover:bg-sunken",
            )}
          >
            {"tag" in choice ? (
              <TagDot colour={choice.tag.colour} />
            ) : (
              <Plus size={14} strokeWidth={1.5} aria-hidden="true" />
            )}
            <span className="min-w-0 flex-1 truncate">
              {"tag" in choice ? choice.tag.name : t("make", { name: choice.make })}
            </span>
            {on ? <Check size={14} strokeWidth={2} aria-hidden="true" /> : null}
          </div>
        );
      })}
    </div>
  );
}
