/** The files of a message: pictures in place, opened large on a click; everything else as a chip to download. */
import { type Attachment, sizeText } from "@chatdesk/client";
import { Download, File as FileIcon } from "lucide-react";
import { useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { useTranslation } from "@/lib/i18n";

const PICTURES = new Set(["png", "jpeg", "gif", "webp"]);
export const fileUrl = (file: Attachment) => `/files/${encodeURIComponent(file.id)}`;

/** Pixels. */
const MOST_WIDE = 280;
const MOST_HIGH = 220;

/** The room a picture takes, known before it is here, so that nothing jumps. */
function roomOf(file: Attachment): { width: number; height: number } {
  const { width, height } = file;
  if (!width || !height) return { width: 160, height: 120 };
  const scale = Math.min(1, MOST_WIDE / width, MOST_HIGH / height);
  return {
    width: Math.max(48, Math.round(width * scale)),
    height: Math.max(48, Math.round(height * scale)),
  };
}

export function Attachments({ files, right }: { files: readonly Attachment[]; right: boolean }) {
  const { t } = useTranslation("file");
  const [shown, setShown] = useState<Attachment | null>(null);
  return (
    <>
      <ul className={`flex max-w-[88%] flex-wrap gap-2 ${right ? "justify-end" : ""}`}>
        {files.map((file) => (
          <li key={file.id} className="max-w-full">
            {PICTURES.has(file.kind) ? (
              <Picture file={file} onOpen={() => setShown(file)} />
            ) : (
              <FileChip file={file} />
            )}
          </li>
        ))}
      </ul>
      {shown ? (
        <Dialog open onClose={() => setShown(null)} title={shown.name}>
          <img
            src={fileUrl(shown)}
            alt={t("pictureAlt", { name: shown.name })}
            className="mx-auto max-h-[68dvh] max-w-full object-contain"
          />
          <p className="pt-3 text-label text-text2">
            <a href={fileUrl(shown)} download={shown.name} className="text-accent underline">
              {t("download")}
            </a>{" "}
            {sizeText(shown.size)}
          </p>
        </Dialog>
      ) : null}
    </>
  );
}

function Picture({ file, onOpen }: { file: Attachment; onOpen: () => void }) {
  const { t } = useTranslation("file");
  const [gone, setGone] = useState(false);
  if (gone) return <FileChip file={file} />;
  const { width, height } = roomOf(file);
  return (
    <button
      type="button"
      onClick={onOpen}
      aria-label={t("openPicture", { name: file.name })}
      className="block max-w-full overflow-hidden rounded-card border bg-sunken"
    >
      <img
        src={`${fileUrl(file)}${file.thumbnail ? "?size=small" : ""}`}
        alt=""
        width={width}
        height={height}
        loading="lazy"
        decoding="async"
        onError={() => setGone(true)}
        className="block max-w-full object-cover"
      />
    </button>
  );
}

export function FileChip({ file }: { file: Attachment }) {
  const { t } = useTranslation("file");
  return (
    <a
      href={fileUrl(file)}
      download={file.name}
      aria-label={t("downloadNamed", { name: file.name, size: sizeText(file.size) })}
      className="flex max-w-72 items-center gap-2 rounded-card border bg-surface px-3 py-2 text-text hover:bg-sunken"
    >
      <FileIcon size={18} strokeWidth={1.5} aria-hidden="true" className="shrink-0 text-text2" />
      <span className="flex min-w-0 flex-col">
        <bdi className="truncate text-label font-medium">{file.name}</bdi>
        <span className="text-meta text-text2">{sizeText(file.size)}</span>
      </span>
      <Download
        size={14}
        strokeWidth={1.5}
        aria-hidden="true"
        className="ml-1 shrink-0 text-text2"
      />
    </a>
  );
}
