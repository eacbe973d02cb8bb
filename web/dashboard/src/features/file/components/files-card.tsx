/** All files of a conversation, newest first, in the customer's panel. */
import { type Attachment, type Conversation, request } from "@chatdesk/client";
import { useEffect, useState } from "react";
import { Card } from "@/features/contact/components/card";
import { useTranslation } from "@/lib/i18n";
import { useThread } from "@/live/use";
import { FileChip } from "./attachments";

export function FilesCard({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("file");
  const { id } = conversation;
  // Files come with messages: when more of those are known, the list is asked for again.
  const seen = useThread(id).messages.filter((message) => message.attachments?.length).length;
  const [files, setFiles] = useState<readonly Attachment[] | "failed" | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another message with files means another list
  useEffect(() => {
    const stop = new AbortController();
    const path = `/api/v1/conversations/${encodeURIComponent(id)}/files`;
    request<{ items: Attachment[] }>("GET", path, undefined, { signal: stop.signal }).then(
      ({ items }) => setFiles(items),
      () => {
        if (!stop.signal.aborted) setFiles("failed");
      },
    );
    return () => stop.abort();
  }, [id, seen]);
  if (files === null || (files !== "failed" && files.length === 0)) return null;
  return (
    <Card name="files" title={t("files")}>
      {files === "failed" ? (
        <p className="text-text2">{t("failed")}</p>
      ) : (
        <ul className="flex flex-col gap-1">
          {files.map((file) => (
            <li key={file.id}>
              <FileChip file={file} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
