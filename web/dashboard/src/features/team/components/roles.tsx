/** Roles: sets of permissions, each written as a sentence. */
import type { CustomRole, Permission } from "@chatdesk/client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Failure, InlineError, Loading } from "@/components/ui/notice";
import { Card, Page } from "@/features/shell/components/page";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { deleteRole, saveRole, useMay, useRoles } from "../api";
import { GROUP_NAMES, GROUPS, wordOf } from "../permissions";
import { TeamTabs } from "./team-tabs";

export function Roles() {
  const { t } = useTranslation("team");
  const { t: shared } = useTranslation();
  const load = useRoles();
  const may = useMay("role.manage");
  const roles = load.data;
  return (
    <Page title={t("tabs.roles")}>
      <TeamTabs />
      <p className="max-w-160 text-text2">{t(may ? "role.intro" : "role.noRight")}</p>
      {load.isPending ? <Loading rows={3} /> : null}
      {load.isError ? (
        <Failure
          error={load.error}
          what={t("role.loadFailed")}
          onRetry={() => void load.refetch()}
        />
      ) : null}
      {roles ? (
        <>
          <ul className="divide-y rounded-card border bg-surface">
            {(["administrator", "agent"] as const).map((name) => (
              <li key={name} className="flex min-h-12 items-center gap-3 px-4">
                <span className="flex-1 font-medium">{shared(`role.${name}`)}</span>
                <span className="text-label text-text3">{t("role.builtIn")}</span>
                <span className="tabular text-label text-text2">
                  {t("role.count", { count: roles[name].length })}
                </span>
              </li>
            ))}
          </ul>
          {roles.items.length === 0 ? <p className="text-text2">{t("role.empty")}</p> : null}
          {roles.items.map((role) => (
            <RoleCard key={role.id} custom={role} start={role.permissions} may={may} />
          ))}
          {may ? <RoleCard key={roles.items.length} custom={null} start={roles.agent} may /> : null}
        </>
      ) : null}
    </Page>
  );
}

interface RoleCardProps {
  /** Null: a new one. */
  custom: CustomRole | null;
  start: readonly Permission[];
  may: boolean;
}

function RoleCard({ custom: role, start, may }: RoleCardProps) {
  const { t } = useTranslation("team");
  const [name, setName] = useState(role?.name ?? "");
  const [chosen, setChosen] = useState<ReadonlySet<Permission>>(new Set(start));
  const form = useForm(() =>
    saveRole(role?.id ?? null, { name: name.trim(), permissions: [...chosen] }),
  );
  const remove = useForm(() => (role ? deleteRole(role.id) : Promise.resolve()));
  const toggle = (permission: Permission, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(permission);
    else next.delete(permission);
    setChosen(next);
  };
  const error = form.error ?? remove.error;
  return (
    <Card title={role?.name ?? t("role.new")} intro={t("role.count", { count: chosen.size })}>
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <Field
          label={t("role.name")}
          value={name}
          maxLength={60}
          required
          disabled={!may}
          error={form.fields.name}
          onChange={(event) => setName(event.target.value)}
          className="max-w-96"
        />
        <Permissions chosen={chosen} toggle={toggle} may={may} />
        {error ? <InlineError>{error}</InlineError> : null}
        {may ? (
          <div className="flex gap-2">
            <Button type="submit" disabled={form.busy || name.trim() === ""}>
              {t(role ? "role.save" : "role.create")}
            </Button>
            {role ? (
              <Button look="danger" disabled={remove.busy} onClick={() => remove.onSubmit()}>
                {t("role.delete")}
              </Button>
            ) : null}
          </div>
        ) : null}
      </form>
    </Card>
  );
}

interface PermissionsProps {
  chosen: ReadonlySet<Permission>;
  toggle: (permission: Permission, on: boolean) => void;
  may: boolean;
}

function Permissions({ chosen, toggle, may }: PermissionsProps) {
  const { t } = useTranslation("team");
  return (
    <div className="grid grid-cols-2 gap-x-6 gap-y-4 max-two:grid-cols-1">
      {GROUP_NAMES.map((group) => (
        <fieldset key={group} disabled={!may} className="flex flex-col gap-1">
          <legend className="text-label font-medium text-text2">
            {t(`permission.groups.${group}`)}
          </legend>
          {GROUPS[group].map((permission) => (
            <label key={permission} className="flex min-h-8 items-center gap-2">
              <input
                type="checkbox"
                checked={chosen.has(permission)}
                onChange={(event) => toggle(permission, event.target.checked)}
                className="size-4 accent-accent"
              />
              {t(`permission.${wordOf(permission)}`)}
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  );
}
