/** Settings · Assignment: how each inbox hands its chats out, and when those of the absent come back. */
import type { AssignmentMode, AssignmentRule, Inbox } from "@chatdesk/client";
import { clsx } from "clsx";
import { BellRing, Hand, type LucideIcon, Shuffle } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Empty, Failure, InlineError, Loading } from "@/components/ui/notice";
import { Card } from "@/features/shell/components/page";
import { useMay } from "@/features/team/api";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { useDesk, useMe } from "@/live/use";
import { setInboxRule, setReturnAfter, useAssignment } from "../api";

const MODES: readonly { mode: AssignmentMode; icon: LucideIcon }[] = [
  { mode: "manual", icon: Hand },
  { mode: "automatic", icon: Shuffle },
  { mode: "ring", icon: BellRing },
];

const DEFAULT_LIMIT = 4;

export function AssignmentSettings() {
  const { t } = useTranslation("routing");
  const me = useMe();
  const inboxes = useDesk((d) => d.inboxes);
  const load = useAssignment();
  const allowed = useMay("inbox.manage");
  if (me && !allowed) return <Empty title={t("adminsOnly")} />;
  if (load.isError && !load.data) {
    return (
      <Failure
        error={load.error}
        what={t("settings.loadFailed")}
        onRetry={() => void load.refetch()}
      />
    );
  }
  if (!load.data) return <Loading rows={4} />;
  const { items, return_after_minutes: minutes } = load.data;
  return (
    <>
      {[...inboxes.values()].map((inbox) => (
        <InboxRule
          key={inbox.id}
          inbox={inbox}
          rule={items.find((rule) => rule.scope === inbox.id) ?? null}
        />
      ))}
      <Return key={minutes} minutes={minutes} />
    </>
  );
}

interface InboxRuleProps {
  inbox: Inbox;
  rule: AssignmentRule | null;
}

function InboxRule({ inbox, rule }: InboxRuleProps) {
  const { t } = useTranslation("routing");
  const [mode, setMode] = useState<AssignmentMode>(rule?.mode ?? "manual");
  const [limit, setLimit] = useState(String(rule?.chat_limit ?? DEFAULT_LIMIT));
  const form = useForm(() => setInboxRule(inbox.id, mode, Number(limit)));
  const same = mode === (rule?.mode ?? "manual") && limit === String(rule?.chat_limit ?? 4);
  return (
    <Card title={inbox.name} intro={t("settings.intro")}>
      <form className="flex flex-col gap-4" onSubmit={form.onSubmit}>
        <fieldset className="grid grid-cols-3 gap-2 max-two:grid-cols-1">
          <legend className="sr-only">{t("settings.how", { inbox: inbox.name })}</legend>
          {MODES.map((each) => (
            <ModeChoice
              key={each.mode}
              {...each}
              group={inbox.id}
              chosen={mode === each.mode}
              onChoose={() => setMode(each.mode)}
            />
          ))}
        </fieldset>
        {mode === "manual" ? null : (
          <Field
            label={t("settings.limit")}
            hint={t("settings.limitHint")}
            error={form.fields.chat_limit}
            type="number"
            inputMode="numeric"
            min={1}
            max={100}
            required
            value={limit}
            onChange={(event) => setLimit(event.target.value)}
            className="max-w-60"
          />
        )}
        {form.error && !form.fields.chat_limit ? <InlineError>{form.error}</InlineError> : null}
        <Button look="primary" type="submit" disabled={same || form.busy} className="self-start">
          {form.busy ? t("settings.saving") : t("settings.save")}
        </Button>
      </form>
    </Card>
  );
}

interface ModeChoiceProps {
  mode: AssignmentMode;
  icon: LucideIcon;
  group: string;
  chosen: boolean;
  onChoose: () => void;
}

function ModeChoice({ mode, icon: Icon, group, chosen, onChoose }: ModeChoiceProps) {
  const { t } = useTranslation("routing");
  return (
    <label
      className={clsx(
        "flex cursor-pointer gap-3 rounded-button border p-3 has-focus-visible:outline-2 has-focus-visible:outline-accent",
        chosen ? "border-accent bg-accent-tint" : "border-line-strong hover:bg-sunken",
      )}
    >
      <input
        type="radio"
        name={`mode-${group}`}
        value={mode}
        checked={chosen}
        onChange={onChoose}
        className="mt-1 shrink-0 accent-current"
      />
      <span className="flex min-w-0 flex-col gap-0.5">
        <span className="flex items-center gap-1.5 font-medium">
          <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
          {t(`mode.${mode}.name`)}
        </span>
        <span className="text-label text-text2">{t(`mode.${mode}.what`)}</span>
      </span>
    </label>
  );
}

function Return({ minutes }: { minutes: number }) {
  const { t } = useTranslation("routing");
  const [value, setValue] = useState(String(minutes));
  const form = useForm(() => setReturnAfter(Number(value)));
  return (
    <Card title={t("return.title")} intro={t("return.intro")}>
      <form className="flex flex-col gap-4" onSubmit={form.onSubmit}>
        <Field
          label={t("return.label")}
          hint={t("return.hint")}
          error={form.fields.return_after_minutes}
          type="number"
          inputMode="numeric"
          min={0}
          max={1440}
          required
          value={value}
          onChange={(event) => setValue(event.target.value)}
          className="max-w-60"
        />
        <Button
          look="primary"
          type="submit"
          disabled={form.busy || value === String(minutes)}
          className="self-start"
        >
          {form.busy ? t("settings.saving") : t("return.save")}
        </Button>
      </form>
    </Card>
  );
}
