/** Who a visitor is, vouched for by the company's own server: the secrets that sign, and the code that does it. */
import type { IdentitySecret, Inbox, MadeSecret } from "@chatdesk/client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy";
import { FieldFrame, INPUT } from "@/components/ui/field";
import { Failure, InlineError, Loading } from "@/components/ui/notice";
import { agoWords } from "@/lib/ago";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { useDesk, useNow } from "@/live/use";
import { endSecret, makeSecret, snippetOf, useSecrets } from "../../api";
import {
  PAGES,
  type PageKind,
  pageCode,
  SERVERS,
  type ServerKind,
  serverCode,
} from "../../snippets";

export function IdentityTab({ inbox }: { inbox: Inbox }) {
  const { t } = useTranslation("widget");
  const secrets = useSecrets(inbox.id);
  const [made, setMade] = useState<MadeSecret | null>(null);
  if (secrets.isError) {
    const retry = () => void secrets.refetch();
    return <Failure error={secrets.error} what={t("identity.failed")} onRetry={retry} />;
  }
  if (!secrets.data) return <Loading rows={3} />;
  return (
    <>
      <p className="text-text2">{t("identity.intro")}</p>
      {secrets.data.length === 0 ? <p className="text-text3">{t("identity.empty")}</p> : null}
      <ul className="flex flex-col">
        {secrets.data.map((secret) => (
          <SecretRow
            key={secret.id}
            inbox={inbox}
            secret={secret}
            onEnded={() => {
              if (made?.secret.id === secret.id) setMade(null);
              void secrets.refetch();
            }}
          />
        ))}
      </ul>
      <MakeSecret
        inbox={inbox}
        again={secrets.data.length > 0}
        made={made}
        onMade={(next) => {
          setMade(next);
          void secrets.refetch();
        }}
      />
      <Code inbox={inbox} />
    </>
  );
}

interface RowProps {
  inbox: Inbox;
  secret: IdentitySecret;
  onEnded: () => void;
}

function SecretRow({ inbox, secret, onEnded }: RowProps) {
  const { t } = useTranslation("widget");
  const { t: common } = useTranslation();
  const now = useNow(60_000);
  const [asking, setAsking] = useState(false);
  const form = useForm(async () => {
    await endSecret(inbox.id, secret.id);
    onEnded();
  });
  const ends = secret.ends_at
    ? t("identity.ends", { time: new Date(secret.ends_at).toLocaleString() })
    : t("identity.current");
  return (
    <li className="flex flex-col gap-2 border-b py-2 last:border-0">
      <div className="flex flex-wrap items-center gap-3">
        <span className="min-w-0 flex-1">
          {t("identity.made", { ago: agoWords(common, secret.created_at, now) })}
          <span className="text-text3"> · {ends}</span>
        </span>
        <Button size="small" aria-expanded={asking} onClick={() => setAsking(!asking)}>
          {t("identity.end")}
        </Button>
      </div>
      {asking ? (
        <div className="flex flex-wrap items-center gap-2">
          <p>{t("identity.endAsk")}</p>
          <Button look="danger" disabled={form.busy} onClick={() => form.onSubmit()}>
            {t("identity.endNow")}
          </Button>
          <Button onClick={() => setAsking(false)}>{t("cancel")}</Button>
        </div>
      ) : null}
      {form.error ? <InlineError>{form.error}</InlineError> : null}
    </li>
  );
}

interface MakeProps {
  inbox: Inbox;
  /** There is one already. */
  again: boolean;
  made: MadeSecret | null;
  onMade: (made: MadeSecret) => void;
}

function MakeSecret({ inbox, again, made, onMade }: MakeProps) {
  const { t } = useTranslation("widget");
  const form = useForm(async () => onMade(await makeSecret(inbox.id)));
  return (
    <div className="flex flex-col items-start gap-2">
      {made ? (
        <div role="status" className="flex w-full flex-col gap-2 rounded-button bg-warn-tint p-3">
          <p>{t("identity.once")}</p>
          <code className="font-mono text-label break-all">{made.value}</code>
          <div>
            <CopyButton text={made.value} label={t("identity.copySecret")} look="primary" />
          </div>
        </div>
      ) : null}
      <Button disabled={form.busy} onClick={() => form.onSubmit()}>
        {t(again ? "identity.rotate" : "identity.make")}
      </Button>
      {again ? <p className="text-label text-text3">{t("identity.rotateHint")}</p> : null}
      {form.error ? <InlineError>{Object.values(form.fields)[0] ?? form.error}</InlineError> : null}
    </div>
  );
}

function Code({ inbox }: { inbox: Inbox }) {
  const { t } = useTranslation("widget");
  const publicUrl = useDesk((d) => d.session?.public_url ?? "");
  const [server, setServer] = useState<ServerKind>("node");
  const [page, setPage] = useState<PageKind>("page");
  const tag = snippetOf(publicUrl, inbox.key);
  return (
    <>
      <Snippet
        label={t("identity.server")}
        hint={t("identity.serverHint")}
        kinds={SERVERS}
        kind={server}
        onKind={setServer}
        code={serverCode(server, inbox.key)}
      />
      <Snippet
        label={t("identity.page")}
        hint={t("identity.pageHint")}
        kinds={PAGES}
        kind={page}
        onKind={setPage}
        code={pageCode(page, tag, inbox.key)}
      />
    </>
  );
}

interface SnippetProps<K extends ServerKind | PageKind> {
  label: string;
  hint: string;
  kinds: readonly K[];
  kind: K;
  onKind: (kind: K) => void;
  code: string;
}

function Snippet<K extends ServerKind | PageKind>(props: SnippetProps<K>) {
  const { label, hint, kinds, kind, onKind, code } = props;
  const { t } = useTranslation("widget");
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <FieldFrame label={label} hint={hint}>
        {({ id, describedBy }) => (
          <select
            id={id}
            aria-describedby={describedBy}
            value={kind}
            onChange={(event) => onKind(event.target.value as K)}
            className={`${INPUT} h-10 w-fit`}
          >
            {kinds.map((each) => (
              <option key={each} value={each}>
                {t(`identity.kinds.${each}`)}
              </option>
            ))}
          </select>
        )}
      </FieldFrame>
      <pre className="rounded-button border bg-sunken p-3 font-mono text-label break-words whitespace-pre-wrap">
        {code}
      </pre>
      <div>
        <CopyButton text={code} label={t("identity.copyCode")} />
      </div>
    </div>
  );
}
