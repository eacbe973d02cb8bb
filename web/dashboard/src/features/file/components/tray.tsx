/** The files above the field: how far each is, what went wrong, and the way out. */
import { type DraftMode, sizeText } from "@chatdesk/client";
import { File as FileIcon, RotateCw, TriangleAlert, X } from "lucide-react";
import { IconButton } from "@/components/ui/button";
import { useTranslation } from "@/lib/i18n";
import { removeFile, retryFile, type TrayItem } from "../tray";

interface TrayProps {
  conversationId: string;
  mode: DraftMode;
  items: readonly TrayItem[];
}

export function Tray({ conversationId, mode, items }: TrayProps) {
  const { t } = useTranslation("file");
  const failed = items.filter((item) => item.view.phase === "failed").length;
  return (
    <div className="flex flex-col gap-2 pt-2">
      <ul aria-label={t("tray")} className="flex flex-wrap gap-2">
        {items.map((item) => (
          <TrayRow
            key={item.key}
            item={item}
            onRemove={() => removeFile(conversationId, mode, item.key)}
          />
        ))}
      </ul>
      <p role="status" className="sr-only">
        {t("trayStatus", {
          ready: items.filter((item) => item.view.phase === "ready").length,
          count: items.length,
        })}
      </p>
      {failed > 0 ? (
        <p role="alert" className="text-label font-medium text-bad">
          {t("failedBlocks", { count: failed })}
        </p>
      ) : null}
    </div>
  );
}

function TrayRow({ item, onRemove }: { item: TrayItem; onRemove: () => void }) {
  const { t } = useTranslation("file");
  const { name, size, preview, view } = item;
  const failed = view.phase === "failed";
  const percent = Math.round(view.progress * 100);
  return (
    <li className="flex w-64 max-w-full items-center gap-2 rounded-button border bg-surface p-1 text-text">
      {preview ? (
        <img src={preview} alt="" className="size-10 shrink-0 rounded-input object-cover" />
      ) : (
        <span className="flex size-10 shrink-0 items-center justify-center rounded-input bg-sunken text-text2">
          <FileIcon size={18} strokeWidth={1.5} aria-hidden="true" />
        </span>
      )}
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="truncate text-label font-medium" title={name}>
          {name}
        </span>
        {failed ? (
          <span className="flex items-center gap-1 text-meta text-bad">
            <TriangleAlert size={12} strokeWidth={1.5} aria-hidden="true" />
            <span>{reasonOf(item, t)}</span>
          </span>
        ) : view.phase === "ready" ? (
          <span className="text-meta text-text2">{sizeText(size)}</span>
        ) : (
          <>
            <progress
              value={percent}
              max={100}
              aria-label={t("sending", { name })}
              className="h-1 w-full accent-accent"
            />
            <span className="text-meta text-text2">
              {t(
                view.phase === "checking"
                  ? "checking"
                  : view.phase === "waiting"
                    ? "waiting"
                    : "percent",
                {
                  percent,
                },
              )}
            </span>
          </>
        )}
      </span>
      {failed && view.error?.code !== "too_many" && view.error?.code !== "file_too_large" ? (
        <IconButton label={t("retry", { name })} onClick={() => retryFile(item.key)}>
          <RotateCw size={14} strokeWidth={1.5} aria-hidden="true" />
        </IconButton>
      ) : null}
      <IconButton label={t("remove", { name })} onClick={onRemove}>
        <X size={14} strokeWidth={1.5} aria-hidden="true" />
      </IconButton>
    </li>
  );
}

function reasonOf(item: TrayItem, t: ReturnType<typeof useTranslation<"file">>["t"]): string {
  const { error } = item.view;
  if (error?.code === "too_many") return t("tooMany");
  const limit = (error?.problem as { limit?: number } | null)?.limit;
  if (error?.code === "file_too_large" && limit) return t("tooLarge", { limit: sizeText(limit) });
  return error?.detail || error?.title || t("notSent");
}
