/** Settings · Mail: whether letters leave, a try, and those that did not arrive. */
import type { DeadMail, MailState } from "@chatdesk/client";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Empty, Failure, InlineError, Loading } from "@/components/ui/notice";
import { sorted } from "@/features/agent/live";
import { Card } from "@/features/shell/components/page";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { clockTime, fullTime, shortDate } from "@/lib/time";
import { useDesk, useMe } from "@/live/use";
import { discardMail, replayMail, sendTestMail, useDeadMail, useMailState } from "../api";

export function MailSettings() {
  const { t } = useTranslation("mail");
  const me = useMe();
  const agents = useDesk((d) => d.agents);
  const allowed = me?.role === "administrator";
  const state = useMailState(allowed);
  const dead = useDeadMail(allowed);
  if (me && !allowed) {
    const admin = sorted(agents).find((agent) => agent.role === "administrator" && agent.active);
    return <Empty title={admin ? t("adminsOnlyAsk", { name: admin.name }) : t("adminsOnly")} />;
  }
  const failed = state.isError ? state : dead.isError ? dead : null;
  if (failed && !(state.data && dead.data)) {
    return (
      <Failure error={failed.error} what={t("loadFailed")} onRetry={() => void failed.refetch()} />
    );
  }
  if (!state.data || !dead.data) return <Loading rows={4} />;
  return (
    <>
      {state.data.server ? <Going state={state.data} /> : <Off />}
      {dead.data.length > 0 ? <Dead items={dead.data} /> : null}
    </>
  );
}

function Off() {
  const { t } = useTranslation("mail");
  return (
    <Card title={t("off.title")} intro={t("off.intro")}>
      <p className="text-text2">{t("off.how")}</p>
      <pre className="scroller rounded-button bg-sunken p-3 font-mono text-label">
        <code>{"chatdesk serve --smtp smtps://USER:PASSWORD@mail.example.com"}</code>
      </pre>
      <p className="text-label text-text3">{t("off.secret")}</p>
    </Card>
  );
}

/** Today as a time, else as a day. */
function when(at: string): string {
  const today = new Date().toDateString() === new Date(at).toDateString();
  return today ? clockTime(at) : shortDate(at);
}

function Going({ state }: { state: MailState }) {
  const { t } = useTranslation("mail");
  const { outbox } = state;
  return (
    <Card title={t("on.title")} intro={t("on.intro")}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 max-two:grid-cols-1 max-two:gap-y-1">
        <Fact name={t("on.server")}>
          <span className="font-mono text-label break-all">{state.server}</span>
        </Fact>
        <Fact name={t("on.from")}>
          <span className="break-all">{state.from}</span>
        </Fact>
        <Fact name={t("on.lastSent")}>
          {outbox.last_sent_at ? (
            <time dateTime={outbox.last_sent_at} title={fullTime(outbox.last_sent_at)}>
              {when(outbox.last_sent_at)}
            </time>
          ) : (
            t("on.noneLately")
          )}
        </Fact>
        <Fact name={t("on.waiting")}>
          <span className="tabular-nums">{t("on.letters", { count: outbox.waiting })}</span>
          {outbox.next_try_at ? (
            <span className="text-text2">
              {" · "}
              {t("on.nextTry", { time: when(outbox.next_try_at) })}
            </span>
          ) : null}
        </Fact>
      </dl>
      {outbox.last_error ? (
        <p className="rounded-button bg-sunken p-3 text-label break-words">
          <span className="text-text2">{t("on.said")}</span>{" "}
          <bdi className="font-mono">{outbox.last_error}</bdi>
        </p>
      ) : null}
      <Try />
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-text2">{name}</dt>
      <dd className="min-w-0 max-two:pb-2">{children}</dd>
    </>
  );
}

function Try() {
  const { t } = useTranslation("mail");
  const me = useMe();
  const [sent, setSent] = useState(false);
  const form = useForm(async () => {
    setSent(false);
    await sendTestMail();
    setSent(true);
  });
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="primary" disabled={form.busy}>
          {form.busy ? t("test.sending") : t("test.send")}
        </Button>
        <span role="status" className="text-ok">
          {sent ? t("test.sent", { email: me?.email }) : null}
        </span>
      </div>
      {form.error ? <InlineError>{form.error}</InlineError> : null}
    </form>
  );
}

function Dead({ items }: { items: DeadMail[] }) {
  const { t } = useTranslation("mail");
  return (
    <Card title={t("dead.title")} intro={t("dead.intro")}>
      <ul className="divide-y border-t">
        {items.map((item) => (
          <DeadRow key={item.id} item={item} />
        ))}
      </ul>
    </Card>
  );
}

function DeadRow({ item }: { item: DeadMail }) {
  const { t } = useTranslation("mail");
  const again = useForm(() => replayMail(item.id));
  const away = useForm(() => discardMail(item.id));
  const busy = again.busy || away.busy;
  const error = again.error ?? away.error;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-3">
      <div className="min-w-60 flex-1">
        <p>
          {t(`purpose.${item.purpose}`)} · <bdi className="break-all">{item.recipient}</bdi>
        </p>
        <p className="text-label text-text2">
          {t("dead.tried", { count: item.attempts, time: when(item.died_at) })}
        </p>
        <p className="text-label text-text3 break-words">
          <bdi>{item.reason}</bdi>
        </p>
        {error ? <p className="text-label text-bad">{error}</p> : null}
      </div>
      <Button disabled={busy} onClick={() => again.onSubmit()}>
        {t("dead.replay")}
      </Button>
      <Button look="quiet" disabled={busy} onClick={() => away.onSubmit()}>
        {t("dead.discard")}
      </Button>
    </li>
  );
}
