/** Settings · Tags: what they are called, what colour they have, and which there are. */
import type { Tag, TagColour } from "@chatdesk/client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field, INPUT } from "@/components/ui/field";
import { Empty, Failure, InlineError, Loading } from "@/components/ui/notice";
import { Card } from "@/features/shell/components/page";
import { useMay } from "@/features/team/api";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { createTag, deleteTag, updateTag, useTags } from "../api";
import { TAG_COLOURS, TagDot } from "./tag-dot";

export function TagSettings() {
  const { t } = useTranslation("label");
  const load = useTags();
  const may = useMay("tag.manage");
  if (load.isPending) return <Loading rows={4} />;
  if (!load.data) {
    const retry = () => void load.refetch();
    return <Failure error={load.error} what={t("loadFailed")} onRetry={retry} />;
  }
  const { items } = load.data;
  return (
    <Card title={t("tags")} intro={t(may ? "settings.intro" : "settings.introOnly")}>
      {may ? <NewTag /> : null}
      {items.length === 0 ? <Empty title={t(may ? "settings.empty" : "noneAtAll")} /> : null}
      <ul className="flex flex-col divide-y">
        {items.map((tag) => (
          <li key={tag.id} className="py-2">
            {may ? <TagRow key={`${tag.name} ${tag.colour}`} tag={tag} /> : <TagName tag={tag} />}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function TagName({ tag }: { tag: Tag }) {
  return (
    <span className="flex min-h-8 items-center gap-2">
      <TagDot colour={tag.colour} />
      {tag.name}
    </span>
  );
}

interface ColourProps {
  value: TagColour;
  onChange: (colour: TagColour) => void;
}

function Colour({ value, onChange }: ColourProps) {
  const { t } = useTranslation("label");
  return (
    <span className="flex items-center gap-2">
      <TagDot colour={value} />
      <select
        aria-label={t("settings.colour")}
        value={value}
        onChange={(event) => onChange(event.target.value as TagColour)}
        className={`${INPUT} h-10`}
      >
        {TAG_COLOURS.map((colour) => (
          <option key={colour} value={colour}>
            {t(`colour.${colour}`)}
          </option>
        ))}
      </select>
    </span>
  );
}

function NewTag() {
  const { t } = useTranslation("label");
  const [name, setName] = useState("");
  const [colour, setColour] = useState<TagColour>("grey");
  const form = useForm(async () => {
    await createTag(name, colour);
    setName("");
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-wrap items-end gap-2">
      <Field
        label={t("settings.new")}
        value={name}
        maxLength={80}
        required
        error={form.fields.name ?? form.error}
        onChange={(event) => setName(event.target.value)}
        className="w-64 max-two:w-full"
      />
      <Colour value={colour} onChange={setColour} />
      <Button type="submit" size="large" disabled={form.busy || name.trim() === ""}>
        {t("settings.create")}
      </Button>
    </form>
  );
}

function TagRow({ tag }: { tag: Tag }) {
  const { t } = useTranslation("label");
  const [name, setName] = useState(tag.name);
  const [colour, setColour] = useState(tag.colour);
  const [asked, setAsked] = useState(false);
  const form = useForm(() => updateTag(tag.id, { name, colour }));
  const remove = useForm(() => deleteTag(tag.id));
  const changed = name.trim() !== tag.name || colour !== tag.colour;
  const error = form.fields.name ?? form.error ?? remove.error;
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <input
          aria-label={t("settings.name")}
          value={name}
          maxLength={80}
          required
          onChange={(event) => setName(event.target.value)}
          className={`${INPUT} h-10 w-64 max-two:w-full`}
        />
        <Colour value={colour} onChange={setColour} />
        {changed ? (
          <Button type="submit" disabled={form.busy || name.trim() === ""}>
            {t("settings.save")}
          </Button>
        ) : null}
        {asked ? null : (
          <Button
            look="quiet"
            aria-label={t("settings.deleteOf", { name: tag.name })}
            onClick={() => setAsked(true)}
          >
            {t("settings.delete")}
          </Button>
        )}
      </div>
      {asked ? (
        <p role="alert" className="flex flex-wrap items-center gap-2 text-text2">
          {t("settings.sure")}
          <Button
            look="danger"
            size="small"
            disabled={remove.busy}
            onClick={() => remove.onSubmit()}
          >
            {t("settings.yes", { name: tag.name })}
          </Button>
          <Button look="quiet" size="small" onClick={() => setAsked(false)}>
            {t("settings.keep")}
          </Button>
        </p>
      ) : null}
      {error ? <InlineError>{error}</InlineError> : null}
    </form>
  );
}
