/** What the inbox was set to before, and the way back. */
import type { Inbox } from "@chatdesk/client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Failure, Loading } from "@/components/ui/notice";
import { agoWords } from "@/lib/ago";
import { useTranslation } from "@/lib/i18n";
import { useNow } from "@/live/use";
import { restoreVersion, useVersions } from "../../api";

interface VersionsProps {
  inbox: Inbox;
  onRestored: (inbox: Inbox) => void;
}

export function VersionsTab({ inbox, onRestored }: VersionsProps) {
  const { t } = useTranslation("widget");
  const { t: common } = useTranslation();
  const now = useNow(60_000);
  const versions = useVersions(inbox.id);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const restore = async (version: number) => {
    setBusy(true);
    setFailed(null);
    try {
      onRestored(await restoreVersion(inbox.id, version));
      await versions.refetch();
    } catch (error) {
      setFailed(error);
    }
    setBusy(false);
  };
  if (versions.isError || failed !== null) {
    const retry = () => {
      setFailed(null);
      void versions.refetch();
    };
    return <Failure error={failed ?? versions.error} what={t("versionsFailed")} onRetry={retry} />;
  }
  if (!versions.data) return <Loading rows={3} />;
  return (
    <>
      <p className="text-text2">{t("versionsIntro")}</p>
      {versions.data.length === 0 ? <p className="text-text3">{t("versionsEmpty")}</p> : null}
      <ol className="flex flex-col">
        {versions.data.map(({ version, by, created_at }, at) => (
          <li key={version} className="flex min-h-10 items-center gap-3 border-b last:border-0">
            <span className="tabular w-10 text-text3">{version}</span>
            <span className="min-w-0 flex-1 truncate">
              {by === "" ? t("versionFirst") : t("versionBy", { name: by })}
              <span className="text-text3"> · {agoWords(common, created_at, now)}</span>
            </span>
            {at === 0 ? (
              <span className="text-label text-ok">{t("versionNow")}</span>
            ) : (
              <Button size="small" disabled={busy} onClick={() => void restore(version)}>
                {t("restore")}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
