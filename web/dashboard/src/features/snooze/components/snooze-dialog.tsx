/** Until when a conversation sleeps: the usual times, an own one, or until the customer writes. */
import type { Conversation } from "@chatdesk/client";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { snooze } from "@/features/conversation/verbs";
import { useTranslation } from "@/lib/i18n";
import { firstName } from "@/lib/name";
import { whenText } from "@/lib/when";
import { fieldOf, momentOf, presetsAt } from "../times";

interface DialogProps {
  conversation: Conversation;
  onClose: () => void;
}

export default function SnoozeDialog({ conversation, onClose }: DialogProps) {
  const { t } = useTranslation("snooze");
  const { t: words } = useTranslation();
  const [now] = useState(Date.now);
  const choose = (until: string | null) => {
    onClose();
    void snooze(conversation, until);
  };
  const name = firstName(conversation.contact.name);
  return (
    <Dialog open onClose={onClose} title={t("title")}>
      <p className="mb-3 text-text2">{t("intro", { name })}</p>
      <ul className="flex flex-col">
        {presetsAt(now).map((preset) => (
          <li key={preset.name}>
            <Choice
              label={t(`preset.${preset.name}`)}
              when={whenText(words, preset.at, now)}
              onChoose={() => choose(preset.at)}
            />
          </li>
        ))}
        <li>
          <Choice label={t("preset.reply", { name })} onChoose={() => choose(null)} />
        </li>
      </ul>
      <OwnTime now={now} onChoose={choose} />
    </Dialog>
  );
}

interface ChoiceProps {
  label: string;
  when?: string;
  onChoose: () => void;
}

function Choice({ label, when, onChoose }: ChoiceProps) {
  return (
    <button
      type="button"
      onClick={onChoose}
      className="flex h-10 w-full items-center justify-between gap-4 rounded-button px-3 text-left hover:bg-sunken max-two:h-11"
    >
      <span>{label}</span>
      {when ? <span className="text-text2">{when}</span> : null}
    </button>
  );
}

interface OwnTimeProps {
  now: number;
  onChoose: (at: string) => void;
}

function OwnTime({ now, onChoose }: OwnTimeProps) {
  const { t } = useTranslation("snooze");
  const [field, setField] = useState("");
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const at = momentOf(field, Date.now());
    if (at) onChoose(at);
    else setWrong(true);
  };
  return (
    <form onSubmit={submit} className="mt-3 flex flex-wrap items-end gap-2 border-t pt-4">
      <Field
        label={t("own")}
        type="datetime-local"
        required
        min={fieldOf(new Date(now).toISOString())}
        value={field}
        error={wrong ? t("wrong") : null}
        onChange={(event) => {
          setWrong(false);
          setField(event.target.value);
        }}
        className="min-w-56 flex-1"
      />
      <Button type="submit" size="large" disabled={field === ""}>
        {t("do")}
      </Button>
    </form>
  );
}
