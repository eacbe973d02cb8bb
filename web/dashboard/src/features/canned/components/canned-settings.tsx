/** Settings · Canned replies: one's own, those of departments, and everybody's. */
import type { Canned, Department } from "@chatdesk/client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field, FieldFrame, INPUT } from "@/components/ui/field";
import { Empty, Failure, InlineError, Loading } from "@/components/ui/notice";
import { Card } from "@/features/shell/components/page";
import { useDepartments, useMay } from "@/features/team/api";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { type CannedFields, createCanned, deleteCanned, updateCanned, useCanned } from "../api";
import { VARIABLES } from "../fill";

export function CannedSettings() {
  const { t } = useTranslation("canned");
  const load = useCanned();
  const departments = useDepartments().data ?? [];
  const mayShare = useMay("canned.share");
  const [open, setOpen] = useState<string | null>(null);
  if (load.isPending) return <Loading rows={4} />;
  if (!load.data) {
    const retry = () => void load.refetch();
    return <Failure error={load.error} what={t("loadFailed")} onRetry={retry} />;
  }
  const { items } = load.data;
  return (
    <Card title={t("title")} intro={t("intro")}>
      {open === "new" ? (
        <CannedForm canned={null} departments={departments} onDone={() => setOpen(null)} />
      ) : (
        <Button className="self-start" onClick={() => setOpen("new")}>
          {t("new")}
        </Button>
      )}
      {items.length === 0 && open !== "new" ? <Empty title={t("empty")} /> : null}
      <ul className="flex flex-col divide-y">
        {items.map((canned) => (
          <li key={canned.id} className="py-2">
            {open === canned.id ? (
              <CannedForm canned={canned} departments={departments} onDone={() => setOpen(null)} />
            ) : (
              <CannedRow
                canned={canned}
                departments={departments}
                onEdit={canned.agent_id || mayShare ? () => setOpen(canned.id) : null}
              />
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

interface RowProps {
  canned: Canned;
  departments: readonly Department[];
  onEdit: (() => void) | null;
}

function CannedRow({ canned, departments, onEdit }: RowProps) {
  const { t } = useTranslation("canned");
  const department = departments.find((each) => each.id === canned.department_id)?.name;
  const whose = canned.agent_id ? t("mine") : (department ?? t("everybody"));
  return (
    <div className="flex items-center gap-3">
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2">
          <span className="truncate font-medium">{canned.name}</span>
          <span className="shrink-0 text-label text-text3">{whose}</span>
        </p>
        <p className="truncate text-label text-text2" dir="auto">
          {canned.body}
        </p>
      </div>
      {onEdit ? (
        <Button look="quiet" onClick={onEdit} aria-label={t("editOf", { name: canned.name })}>
          {t("edit")}
        </Button>
      ) : null}
    </div>
  );
}

const OWN = "own";
const ALL = "all";

interface FormProps {
  /** Null: a new one. */
  canned: Canned | null;
  departments: readonly Department[];
  onDone: () => void;
}

function useCannedForm({ canned, onDone }: FormProps) {
  const [name, setName] = useState(canned?.name ?? "");
  const [body, setBody] = useState(canned?.body ?? "");
  const [tags, setTags] = useState(canned?.tags.join(", ") ?? "");
  const [scope, setScope] = useState(OWN);
  const form = useForm(async () => {
    const words = tags.split(",").flatMap((tag) => tag.trim() || []);
    const fields: CannedFields = { name, body, tags: words };
    const department_id = scope === OWN || scope === ALL ? null : scope;
    if (canned) await updateCanned(canned.id, fields);
    else await createCanned({ ...fields, shared: scope === ALL, department_id });
    onDone();
  });
  const remove = useForm(async () => {
    if (canned) await deleteCanned(canned.id);
    onDone();
  });
  return { name, setName, body, setBody, tags, setTags, scope, setScope, form, remove };
}

function CannedForm(props: FormProps) {
  const { t } = useTranslation("canned");
  const { canned, departments, onDone } = props;
  const mayShare = useMay("canned.share");
  const state = useCannedForm(props);
  const { form, remove } = state;
  const error = form.error ?? remove.error;
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      <Field
        label={t("name")}
        value={state.name}
        maxLength={80}
        required
        error={form.fields.name}
        onChange={(event) => state.setName(event.target.value)}
        className="max-w-96"
      />
      <FieldFrame
        label={t("body")}
        error={form.fields.body}
        hint={t("variables", { names: VARIABLES.map((name) => `{{${name}}}`).join("  ") })}
      >
        {({ id, describedBy }) => (
          <textarea
            id={id}
            dir="auto"
            aria-describedby={describedBy}
            value={state.body}
            maxLength={10_000}
            required
            rows={4}
            onChange={(event) => state.setBody(event.target.value)}
            className={`${INPUT} scroller max-h-96 resize-none py-2 [field-sizing:content]`}
          />
        )}
      </FieldFrame>
      <Field
        label={t("tags")}
        hint={t("tagsHint")}
        value={state.tags}
        error={form.fields.tags}
        onChange={(event) => state.setTags(event.target.value)}
        className="max-w-96"
      />
      {mayShare && !canned ? (
        <Scope value={state.scope} onChange={state.setScope} departments={departments} />
      ) : null}
      {error ? <InlineError>{error}</InlineError> : null}
      <Buttons canned={canned} state={state} onDone={onDone} />
    </form>
  );
}

interface ButtonsProps {
  canned: Canned | null;
  state: ReturnType<typeof useCannedForm>;
  onDone: () => void;
}

function Buttons({ canned, state, onDone }: ButtonsProps) {
  const { t } = useTranslation("canned");
  const { form, remove } = state;
  return (
    <div className="flex flex-wrap gap-2">
      <Button type="submit" disabled={form.busy || state.name.trim() === ""}>
        {t(canned ? "save" : "create")}
      </Button>
      <Button look="quiet" onClick={onDone}>
        {t("cancel")}
      </Button>
      {canned ? (
        <Button look="danger" disabled={remove.busy} onClick={() => remove.onSubmit()}>
          {t("delete", { name: canned.name })}
        </Button>
      ) : null}
    </div>
  );
}

interface ScopeProps {
  value: string;
  onChange: (scope: string) => void;
  departments: readonly Department[];
}

function Scope({ value, onChange, departments }: ScopeProps) {
  const { t } = useTranslation("canned");
  return (
    <FieldFrame label={t("scope")} className="max-w-96">
      {({ id }) => (
        <select
          id={id}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={`${INPUT} h-10`}
        >
          <option value={OWN}>{t("mine")}</option>
          <option value={ALL}>{t("everybody")}</option>
          {departments.map((department) => (
            <option key={department.id} value={department.id}>
              {department.name}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  );
}
