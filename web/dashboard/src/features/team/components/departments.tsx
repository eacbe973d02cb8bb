/** Departments: who is in them, when they are there, and who takes over when nobody is. */
import type { Agent, Department, Hours } from "@chatdesk/client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field, FieldFrame, INPUT } from "@/components/ui/field";
import { Failure, InlineError, Loading } from "@/components/ui/notice";
import { useAgentsLoad } from "@/features/agent/api";
import { sorted } from "@/features/agent/live";
import { Card, Page } from "@/features/shell/components/page";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { useDesk } from "@/live/use";
import { createDepartment, setMember, updateDepartment, useDepartments, useMay } from "../api";
import { TeamTabs } from "./team-tabs";

export function Departments() {
  const { t } = useTranslation("team");
  useAgentsLoad();
  const load = useDepartments();
  const agents = useDesk((d) => d.agents);
  const may = useMay("department.manage");
  const people = sorted(agents).filter((agent) => agent.active);
  const all = load.data ?? [];
  const open = all.filter((each) => !each.archived);
  return (
    <Page title={t("tabs.departments")}>
      <TeamTabs />
      <p className="max-w-160 text-text2">{t(may ? "department.intro" : "department.noRight")}</p>
      {may ? <NewDepartment /> : null}
      {load.isPending ? <Loading rows={3} /> : null}
      {load.isError ? (
        <Failure
          error={load.error}
          what={t("department.loadFailed")}
          onRetry={() => void load.refetch()}
        />
      ) : null}
      {load.isSuccess && all.length === 0 ? (
        <p className="text-text2">{t("department.empty")}</p>
      ) : null}
      {all.map((each) => (
        <One key={each.id} department={each} others={open} people={people} may={may} />
      ))}
    </Page>
  );
}

function NewDepartment() {
  const { t } = useTranslation("team");
  const [name, setName] = useState("");
  const form = useForm(async () => {
    await createDepartment(name.trim());
    setName("");
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-wrap items-end gap-2">
      <Field
        label={t("department.name")}
        value={name}
        maxLength={60}
        required
        error={form.fields.name ?? form.error}
        onChange={(event) => setName(event.target.value)}
        className="w-64"
      />
      <Button type="submit" size="large" disabled={form.busy || name.trim() === ""}>
        {t("department.new")}
      </Button>
    </form>
  );
}

interface OneProps {
  department: Department;
  others: readonly Department[];
  people: readonly Agent[];
  may: boolean;
}

function One({ department, others, people, may }: OneProps) {
  const { t } = useTranslation("team");
  const { id, name, members, archived } = department;
  const [refused, setRefused] = useState<string | null>(null);
  const act = (call: Promise<void>) => {
    setRefused(null);
    call.catch((error: Error) => setRefused(error.message));
  };
  const count = members.length;
  return (
    <Card
      title={name}
      intro={archived ? t("department.archived") : t("department.members", { count })}
    >
      {refused ? <InlineError>{refused}</InlineError> : null}
      <fieldset className="flex flex-wrap gap-x-6 gap-y-1" disabled={!may || archived}>
        <legend className="sr-only">{t("department.membersOf", { name })}</legend>
        {people.map((agent) => (
          <label key={agent.id} className="flex h-8 items-center gap-2">
            <input
              type="checkbox"
              checked={members.includes(agent.id)}
              onChange={(event) => act(setMember(id, agent.id, event.target.checked))}
              className="size-4 accent-accent"
            />
            {agent.name}
          </label>
        ))}
        {count === 0 && !may ? <p className="text-text3">{t("department.noMembers")}</p> : null}
      </fieldset>
      {archived ? null : (
        <div className="flex flex-wrap gap-4">
          <HoursChoice department={department} may={may} act={act} />
          <Fallback department={department} others={others} may={may} act={act} />
        </div>
      )}
      {may ? (
        <div>
          <Button look="quiet" onClick={() => act(updateDepartment(id, { archived: !archived }))}>
            {t(archived ? "department.restore" : "department.archive", { name })}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

interface FallbackProps {
  department: Department;
  others: readonly Department[];
  may: boolean;
  act: (call: Promise<void>) => void;
}

function Fallback({ department, others, may, act }: FallbackProps) {
  const { t } = useTranslation("team");
  const { id } = department;
  return (
    <FieldFrame label={t("department.fallback")}>
      {({ id: field }) => (
        <select
          id={field}
          disabled={!may}
          value={department.fallback_id ?? ""}
          onChange={(event) =>
            act(updateDepartment(id, { fallback_id: event.target.value || null }))
          }
          className={`${INPUT} h-10 w-64`}
        >
          <option value="">{t("department.noFallback")}</option>
          {others
            .filter((other) => other.id !== id)
            .map((other) => (
              <option key={other.id} value={other.id}>
                {other.name}
              </option>
            ))}
        </select>
      )}
    </FieldFrame>
  );
}

const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The hours most companies have, in the time zone of whoever sets them. */
const workdays = (): Hours => ({
  timezone: zone(),
  week: [1, 2, 3, 4, 5].map((day) => ({ day, from: "09:00", to: "18:00" })),
});

const isWorkdays = (hours: Hours) =>
  hours.week.length === 5 &&
  hours.week.every(({ day, from, to }) => day <= 5 && from === "09:00" && to === "18:00");

interface HoursProps {
  department: Department;
  may: boolean;
  act: (call: Promise<void>) => void;
}

function HoursChoice({ department, may, act }: HoursProps) {
  const { t } = useTranslation("team");
  const { id, hours } = department;
  const kind = hours === null ? "always" : isWorkdays(hours) ? "workdays" : "other";
  return (
    <FieldFrame label={t("department.hours")}>
      {({ id: field }) => (
        <select
          id={field}
          disabled={!may}
          value={kind}
          onChange={(event) =>
            act(
              updateDepartment(id, {
                hours: event.target.value === "workdays" ? workdays() : null,
              }),
            )
          }
          className={`${INPUT} h-10 w-64`}
        >
          <option value="always">{t("department.always")}</option>
          <option value="workdays">{t("department.workdays")}</option>
          {kind === "other" ? (
            <option value="other">{t("department.other", { zone: hours?.timezone })}</option>
          ) : null}
        </select>
      )}
    </FieldFrame>
  );
}
