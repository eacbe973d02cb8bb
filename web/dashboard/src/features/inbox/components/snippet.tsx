/** The one tag a site needs, and whether we have seen it working. */
import type { Inbox } from "@chatdesk/client";
import { Check, LoaderCircle } from "lucide-react";
import { buttonClass } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy";
import { agoWords } from "@/lib/ago";
import { useTranslation } from "@/lib/i18n";
import { useDesk, useNow } from "@/live/use";
import { snippetOf } from "../api";

/** `first`: copying it is the next thing to do. */
export function Snippet({ inbox, first = false }: { inbox: Inbox; first?: boolean }) {
  const { t } = useTranslation();
  const publicUrl = useDesk((d) => d.session?.public_url ?? "");
  const code = snippetOf(publicUrl, inbox.key);
  return (
    <div className="flex flex-col gap-3">
      <pre className="rounded-button border bg-sunken p-3 font-mono text-label whitespace-pre-wrap break-all">
        {code}
      </pre>
      <div className="flex flex-wrap items-center gap-2">
        <CopyButton text={code} label={t("snippet.copy")} look={first ? "primary" : "plain"} />
        <a
          href={`/test/${encodeURIComponent(inbox.key)}`}
          target="_blank"
          rel="noopener"
          className={buttonClass()}
        >
          {t("snippet.testPage")}
        </a>
      </div>
      <Seen inbox={inbox} />
    </div>
  );
}

function Seen({ inbox }: { inbox: Inbox }) {
  const { t } = useTranslation();
  const now = useNow(5_000);
  return (
    <p role="status" className="flex items-center gap-2">
      {inbox.seen ? (
        <>
          <Check size={16} strokeWidth={2} aria-hidden="true" className="text-ok" />
          <span className="font-medium text-ok">
            {t("snippet.seen", { host: inbox.seen.host, ago: agoWords(t, inbox.seen.at, now) })}
          </span>
        </>
      ) : (
        <>
          <LoaderCircle
            size={16}
            strokeWidth={1.5}
            aria-hidden="true"
            className="animate-spin text-text3"
          />
          <span className="text-text2">{t("snippet.waiting")}</span>
        </>
      )}
    </p>
  );
}
