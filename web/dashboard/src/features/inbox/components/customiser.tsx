/** Everything about one inbox's widget, in parts, with the widget itself beside it. */
import type { Inbox, InboxSettings } from "@chatdesk/client";
import { clsx } from "clsx";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { INPUT } from "@/components/ui/field";
import { InlineError } from "@/components/ui/notice";
import { Card } from "@/features/shell/components/page";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { updateInbox } from "../api";
import {
  LANGUAGES,
  PREVIEW_STATES,
  type PreviewChoice,
  type PreviewState,
  passes,
  same,
  settingsOf,
} from "../settings";
import { ArchiveBox } from "./inbox-bar";
import { Snippet } from "./snippet";
import { IdentityTab } from "./tabs/identity";
import { LookTab } from "./tabs/look";
import type { TabProps } from "./tabs/parts";
import { GreetingsTab, MenuTab } from "./tabs/says";
import { VersionsTab } from "./tabs/versions";
import { HoursTab, LanguagesTab, WhereTab } from "./tabs/when";
import { WidgetPreview } from "./widget-preview";

const TABS = {
  look: LookTab,
  greetings: GreetingsTab,
  menu: MenuTab,
  hours: HoursTab,
  languages: LanguagesTab,
  where: WhereTab,
} as const;
type Part = keyof typeof TABS | "identity" | "versions";
const EDITED = Object.keys(TABS) as (keyof typeof TABS)[];
const PARTS: readonly Part[] = [...EDITED, "identity", "versions"];

/** What of the widget shows best what a part changes. */
const BEST: Partial<Record<Part, PreviewState>> = {
  greetings: "greeting",
  menu: "empty",
  hours: "empty",
};

export function Customiser({ inbox }: { inbox: Inbox }) {
  const { t } = useTranslation();
  const [part, setPart] = useState<Part>("look");
  const [draft, setDraft] = useState(() => settingsOf(inbox));
  const [choice, setChoice] = useState<PreviewChoice>({
    state: "chat",
    locale: null,
    away: false,
  });
  const goTo = (next: Part) => {
    setPart(next);
    const state = BEST[next];
    if (state) setChoice({ ...choice, state, away: next === "hours" });
  };
  return (
    <>
      <div className="grid items-start gap-6 two:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <section className="flex min-w-0 flex-col gap-4 rounded-card border bg-surface p-6 max-two:p-4">
          <Parts part={part} onPart={goTo} />
          {part === "versions" ? (
            <VersionsTab inbox={inbox} onRestored={(next) => setDraft(settingsOf(next))} />
          ) : part === "identity" ? (
            <IdentityTab inbox={inbox} />
          ) : (
            <Editor inbox={inbox} draft={draft} onDraft={setDraft} part={part} />
          )}
        </section>
        <PreviewPane draft={draft} choice={choice} onChoice={setChoice} />
      </div>
      <Card title={t("snippet.title")} intro={t("setup.snippetIntro")}>
        <Snippet inbox={inbox} />
        <ArchiveBox inbox={inbox} />
      </Card>
    </>
  );
}

function Parts({ part, onPart }: { part: Part; onPart: (part: Part) => void }) {
  const { t } = useTranslation("widget");
  return (
    <nav aria-label={t("tabsLabel")} className="-mx-1 flex flex-wrap gap-1 border-b pb-2">
      {PARTS.map((each) => (
        <button
          key={each}
          type="button"
          aria-current={each === part ? "true" : undefined}
          onClick={() => onPart(each)}
          className={clsx(
            "h-8 rounded-button px-2 max-two:h-11",
            each === part ? "bg-sunken font-semibold" : "text-text2 hover:bg-sunken",
          )}
        >
          {t(`tabs.${each}`)}
        </button>
      ))}
    </nav>
  );
}

interface EditorProps {
  inbox: Inbox;
  draft: InboxSettings;
  onDraft: (draft: InboxSettings) => void;
  part: keyof typeof TABS;
}

function Editor({ inbox, draft, onDraft, part }: EditorProps) {
  const { t } = useTranslation("widget");
  const { t: common } = useTranslation();
  const [saved, setSaved] = useState(false);
  const form = useForm(async () => {
    await updateInbox(inbox.id, draft);
    setSaved(true);
  });
  const clean = same(draft, settingsOf(inbox));
  const Tab = TABS[part];
  const change: TabProps["onChange"] = (next) => {
    setSaved(false);
    onDraft({ ...draft, ...next });
  };
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <Tab
        settings={draft}
        errors={form.fields}
        onChange={change}
        onWidget={(next) => change({ widget: { ...draft.widget, ...next } })}
      />
      {form.error ? <InlineError>{Object.values(form.fields)[0] ?? form.error}</InlineError> : null}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="primary" disabled={form.busy || clean || !passes(draft)}>
          {form.busy ? common("common.saving") : t("save")}
        </Button>
        <Button disabled={clean} onClick={() => onDraft(settingsOf(inbox))}>
          {t("undo")}
        </Button>
        <span role="status" className={clsx("text-label", saved ? "text-ok" : "text-text3")}>
          {saved ? t("saved") : clean ? null : t("unsaved")}
        </span>
      </div>
    </form>
  );
}

interface PaneProps {
  draft: InboxSettings;
  choice: PreviewChoice;
  onChoice: (choice: PreviewChoice) => void;
}

function PreviewPane({ draft, choice, onChoice }: PaneProps) {
  const { t } = useTranslation("widget");
  const [phone, setPhone] = useState(false);
  const [theme, setTheme] = useState<"light" | "dark">("light");
  return (
    <div className="sticky top-0 flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <fieldset className="flex flex-wrap gap-1" aria-label={t("statesLabel")}>
          {PREVIEW_STATES.map((state) => (
            <Button
              key={state}
              size="small"
              look={choice.state === state ? "plain" : "quiet"}
              aria-pressed={choice.state === state}
              onClick={() => onChoice({ ...choice, state })}
            >
              {t(`states.${state}`)}
            </Button>
          ))}
        </fieldset>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button size="small" aria-pressed={phone} onClick={() => setPhone(!phone)}>
          {t(phone ? "phone" : "desktop")}
        </Button>
        <Button
          size="small"
          aria-pressed={theme === "dark"}
          onClick={() => setTheme(theme === "dark" ? "light" : "dark")}
        >
          {t(theme)}
        </Button>
        <Button
          size="small"
          look={choice.away ? "plain" : "quiet"}
          aria-pressed={choice.away}
          onClick={() => onChoice({ ...choice, away: !choice.away })}
        >
          {t("awayNow")}
        </Button>
        <select
          aria-label={t("previewLanguage")}
          value={choice.locale ?? ""}
          onChange={(event) => onChoice({ ...choice, locale: event.target.value || null })}
          className={clsx(INPUT, "h-7 px-2")}
        >
          <option value="">{t("browser")}</option>
          {LANGUAGES.map((language) => (
            <option key={language} value={language}>
              {language}
            </option>
          ))}
        </select>
      </div>
      <WidgetPreview settings={draft} choice={choice} phone={phone} theme={theme} />
    </div>
  );
}
