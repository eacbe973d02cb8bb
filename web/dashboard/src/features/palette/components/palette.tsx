/** One box to do, to go and to find. What this browser knows stands at once; what the server finds comes below it. */
import { Dialog as Base } from "@base-ui/react/dialog";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { Key } from "@/components/ui/button";
import { MOD, runShortcut, useBoundShortcuts } from "@/features/shortcut/keys";
import { useTranslation } from "@/lib/i18n";
import { desk } from "@/live/desk";
import { useLine } from "@/live/use";
import { actionsOf, localOf, talksOf } from "../items";
import { type Found, useFound } from "../use-found";
import { ActionRow, AllRow, HitRow, TalkRow } from "./rows";

const LONGEST = 200;

/** A line that can be chosen. */
interface Line {
  readonly key: string;
  readonly group: "do" | "go" | "recent" | "conversations" | "found";
  readonly face: React.ReactNode;
  /** The address it leads to; an action has none. */
  readonly href: string | null;
  readonly run: () => void;
}

export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("shortcut");
  const ran = useRef(false);
  const field = useRef<HTMLInputElement>(null);
  return (
    <Base.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-canvas opacity-60" />
        <Base.Popup
          initialFocus={field}
          finalFocus={() => !ran.current}
          className="fixed top-[12dvh] left-1/2 z-50 flex max-h-[76dvh] w-[min(40rem,calc(100vw-1rem))] -translate-x-1/2 flex-col overflow-hidden rounded-card border bg-raised shadow-float max-two:top-2 max-two:max-h-[calc(100dvh-1rem)]"
        >
          <Base.Title className="sr-only">{t("palette.title")}</Base.Title>
          <Box
            field={field}
            onDone={(run) => {
              ran.current = true;
              onClose();
              // The dialog gives the focus up first, so that the action may place it.
              requestAnimationFrame(() => requestAnimationFrame(run));
            }}
          />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

interface BoxProps {
  field: React.RefObject<HTMLInputElement | null>;
  onDone: (run: () => void) => void;
}

function Box({ field, onDone }: BoxProps) {
  const { t } = useTranslation("shortcut");
  const [text, setText] = useState("");
  const found = useFound(text.trim());
  const lines = useLines(text, found);
  const [chosen, setChosen] = useState<string | null>(null);
  const id = useId();
  const at = Math.max(
    0,
    lines.findIndex((line) => line.key === chosen),
  );
  const choose = (line: Line, newTab: boolean) => {
    if (newTab && line.href) window.open(line.href, "_blank", "noopener");
    else onDone(line.run);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      const next = (at + step + lines.length) % Math.max(1, lines.length);
      const far = Math.min(lines.length - 1, Math.max(0, at + step));
      setChosen(lines[Math.abs(step) === 1 ? next : far]?.key ?? null);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      const line = lines[at];
      if (line) choose(line, event.metaKey || event.ctrlKey);
    } else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        ref={field}
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={lines.length > 0 ? `${id}-${at}` : undefined}
        aria-autocomplete="list"
        aria-label={t("palette.title")}
        placeholder={t("palette.placeholder")}
        value={text}
        maxLength={LONGEST}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(null);
        }}
        onKeyDown={onKeyDown}
        className="h-12 w-full shrink-0 border-b bg-transparent px-4 text-heading outline-none placeholder:text-text3"
      />
      <Lines id={id} lines={lines} at={at} onChoose={choose} onPoint={setChosen} />
      <State q={text.trim()} found={found} count={lines.length} />
      <Foot />
    </>
  );
}

function useLines(text: string, found: Found): readonly Line[] {
  const { t } = useTranslation("shortcut");
  const navigate = useNavigate();
  // As they were when it opened: what comes in meanwhile must not move a line under the hand.
  const bound = useBoundShortcuts();
  const [ids] = useState(bound);
  const actions = useMemo(() => actionsOf(ids, (id) => t(`name.${id}`)), [ids, t]);
  const [talks] = useState(() =>
    talksOf([...desk.conversations.values()].map((known) => known.conversation)),
  );
  const q = text.trim();
  const local = useMemo(() => localOf(q, actions, talks), [q, actions, talks]);
  return useMemo(() => {
    const toTalk = (id: string, state: string) => {
      const view = state === "resolved" ? ("resolved" as const) : ("all" as const);
      return {
        href: `/inbox/${id}?view=${view}`,
        run: () => void navigate({ to: "/inbox/$id", params: { id }, search: { view } }),
      };
    };
    const action = (group: Line["group"]) => (entry: (typeof local.actions)[number]) => ({
      key: entry.id,
      group,
      face: <ActionRow id={entry.id} name={entry.name} />,
      href: null,
      run: () => void runShortcut(entry.id),
    });
    const lines: Line[] = [
      ...local.actions.map(action("do")),
      ...local.places.map(action("go")),
      ...local.talks.map(({ conversation }) => ({
        key: conversation.id,
        group: q === "" ? ("recent" as const) : ("conversations" as const),
        face: <TalkRow conversation={conversation} />,
        ...toTalk(conversation.id, conversation.state),
      })),
    ];
    if (q === "") return lines;
    const search = { q };
    lines.push({
      key: "all",
      group: "found",
      face: <AllRow q={q} />,
      href: `/search?${new URLSearchParams(search)}`,
      run: () => void navigate({ to: "/search", search }),
    });
    const known = new Set(local.talks.map(({ conversation }) => conversation.id));
    for (const hit of found.hits) {
      const { conversation, message } = hit;
      if (!conversation || (!message && known.has(conversation.id))) continue;
      lines.push({
        key: `${hit.kind} ${message?.id ?? conversation.id}`,
        group: "found",
        face: <HitRow hit={hit} />,
        ...toTalk(conversation.id, conversation.state),
      });
    }
    return lines;
  }, [q, local, found.hits, navigate]);
}

interface LinesProps {
  id: string;
  lines: readonly Line[];
  at: number;
  onChoose: (line: Line, newTab: boolean) => void;
  onPoint: (key: string) => void;
}

function Lines({ id, lines, at, onChoose, onPoint }: LinesProps) {
  const { t } = useTranslation("shortcut");
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current
      ?.querySelector(`#${CSS.escape(`${id}-${at}`)}`)
      ?.scrollIntoView({ block: "nearest" });
  }, [id, at]);
  return (
    <div
      ref={list}
      id={`${id}-list`}
      role="listbox"
      aria-label={t("palette.title")}
      className="scroller min-h-0 flex-1 p-1"
    >
      {lines.map((line, index) => (
        <div key={line.key} role="presentation">
          {line.group === lines[index - 1]?.group ? null : (
            <p role="presentation" className="px-3 pt-2 pb-1 text-meta font-medium text-text3">
              {t(`palette.${line.group}`)}
            </p>
          )}
          {/* biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the active option */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field hears the keys */}
          <div
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            data-line={line.key}
            onPointerMove={() => {
              if (index !== at) onPoint(line.key);
            }}
            onMouseDown={(event) => event.preventDefault()}
            onClick={(event) => onChoose(line, event.metaKey || event.ctrlKey)}
            className="flex min-h-9 cursor-default items-center gap-2 rounded-button px-3 py-1 select-none aria-selected:bg-accent-tint max-two:min-h-11"
          >
            {line.face}
          </div>
        </div>
      ))}
    </div>
  );
}

/** What the server is doing, in words, below everything else. */
function State({ q, found, count }: { q: string; found: Found; count: number }) {
  const { t } = useTranslation("shortcut");
  const { live } = useLine();
  const nothing = q !== "" && found.stage === "done" && count <= 1;
  const said =
    found.stage === "failed"
      ? t(live ? "palette.failed" : "palette.offline")
      : found.stage === "asking"
        ? t("palette.searching")
        : nothing
          ? t("palette.nothing", { q })
          : "";
  return (
    <>
      {said ? <p className="px-4 py-2 text-label text-text2">{said}</p> : null}
      <p role="status" className="sr-only">
        {said || t("palette.count", { count })}
      </p>
    </>
  );
}

function Foot() {
  const { t } = useTranslation("shortcut");
  return (
    <p className="flex shrink-0 gap-4 border-t bg-sunken px-4 py-1.5 text-label text-text2 max-two:hidden">
      <Hint keys={["↑", "↓"]}>{t("palette.move")}</Hint>
      <Hint keys={["Enter"]}>{t("palette.choose")}</Hint>
      <Hint keys={[MOD, "Enter"]}>{t("palette.newTab")}</Hint>
      <Hint keys={["Esc"]}>{t("palette.close")}</Hint>
    </p>
  );
}

function Hint({ keys, children }: { keys: readonly string[]; children: string }) {
  return (
    <span className="flex items-center gap-1">
      {keys.map((key) => (
        <Key key={key}>{key}</Key>
      ))}
      {children}
    </span>
  );
}
