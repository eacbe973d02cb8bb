/** Files in the chat: those of a message, and those on their way up. Loads nothing before it is seen. */
import type { Attachment } from "@chatdesk/client/types";
import { sizeText, Upload, type UploadView } from "@chatdesk/client/upload";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../chat.ts";
import { currentLocale, t } from "../t.ts";
import { Close, Doc } from "./icons.tsx";

const PICTURES = new Set(["png", "jpeg", "gif", "webp"]);
/** As many as one message carries. */
const MOST = 10;
/** Pixels. */
const WIDE = 220;
const HIGH = 180;

const said = (bytes: number) => sizeText(bytes, currentLocale());

export function Files(props: { files: readonly Attachment[] | undefined; chat: Chat }) {
  const { files, chat } = props;
  if (!files || files.length === 0) return null;
  return (
    <div class="files">
      {files.map((file) => (
        <OneFile key={file.id} file={file} chat={chat} />
      ))}
    </div>
  );
}

function OneFile({ file, chat }: { file: Attachment; chat: Chat }) {
  const [failed, setFailed] = useState(false);
  const open = async () => {
    // Opened first, while it is still the visitor's click: browsers refuse windows that come later.
    const page = window.open("about:blank", "_blank");
    if (page) page.opener = null;
    try {
      const url = await chat.link(file);
      if (page) page.location.href = url;
      setFailed(false);
    } catch {
      page?.close();
      setFailed(true);
    }
  };
  const picture = PICTURES.has(file.kind);
  return (
    <button
      type="button"
      class={picture ? "picture" : "file"}
      onClick={() => void open()}
      aria-label={t("file_open", { name: file.name, size: said(file.size) })}
    >
      {picture ? (
        <Picture file={file} chat={chat} />
      ) : (
        <>
          <Doc />
          <span class="file-name">
            <bdi>{file.name}</bdi>
            <small>{said(file.size)}</small>
          </span>
        </>
      )}
      {failed && (
        <small class="over" role="alert">
          {t("file_failed")}
        </small>
      )}
    </button>
  );
}

function Picture({ file, chat }: { file: Attachment; chat: Chat }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let gone = false;
    chat.picture(file).then(
      (blob) => {
        if (gone) return;
        made = URL.createObjectURL(blob);
        setUrl(made);
      },
      () => {},
    );
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [file.id]);
  const { width, height } = file;
  const scale = width && height ? Math.min(1, WIDE / width, HIGH / height) : 1;
  const room = {
    width: Math.max(44, Math.round((width ?? 120) * scale)),
    height: Math.max(44, Math.round((height ?? 90) * scale)),
  };
  if (!url) return <span class="file-name">{file.name}</span>;
  return <img src={url} alt="" {...room} />;
}

export interface Waiting {
  key: number;
  name: string;
  size: number;
  upload: Upload | null;
  view: UploadView;
}

let keys = 0;

/** The files beside what is being written. */
export function useTray(chat: Chat, limit: number) {
  const [items, setItems] = useState<readonly Waiting[]>([]);
  const held = useRef(items);
  const change = (next: readonly Waiting[]) => {
    held.current = next;
    setItems(next);
  };
  const add = (list: FileList | null | undefined): boolean => {
    if (!list || list.length === 0 || limit === 0) return false;
    for (const file of list) {
      const key = ++keys;
      const name = file.name || "image.png";
      const view: UploadView = { phase: "sending", progress: 0, file: null, error: null };
      const fits = file.size <= limit && held.current.length < MOST;
      const item: Waiting = { key, name, size: file.size, upload: null, view };
      if (!fits) {
        change([...held.current, { ...item, view: { ...view, phase: "failed" } }]);
        continue;
      }
      change([...held.current, item]);
      const upload = new Upload(file, name, chat.routes, (now) =>
        change(held.current.map((it) => (it.key === key ? { ...it, view: now } : it))),
      );
      change(held.current.map((it) => (it.key === key ? { ...it, upload } : it)));
    }
    return true;
  };
  const remove = (key: number) => {
    held.current.find((item) => item.key === key)?.upload?.cancel();
    change(held.current.filter((item) => item.key !== key));
  };
  const take = (): readonly Attachment[] => {
    const files = held.current.flatMap((item) => item.view.file ?? []);
    change([]);
    return files;
  };
  return { items, add, remove, take };
}

export function Tray(props: {
  items: readonly Waiting[];
  limit: number;
  onRemove: (key: number) => void;
}) {
  const { items, limit, onRemove } = props;
  if (items.length === 0) return null;
  return (
    <ul class="tray" aria-label={t("files")}>
      {items.map((item) => (
        <li key={item.key} class={item.view.phase}>
          <Doc />
          <span class="file-name">
            <bdi>{item.name}</bdi>
            <Progress item={item} limit={limit} />
          </span>
          {item.view.phase === "failed" && item.upload && (
            <button type="button" class="link" onClick={() => item.upload?.retry()}>
              {t("try_again")}
            </button>
          )}
          <button
            type="button"
            class="round"
            aria-label={t("file_remove", { name: item.name })}
            onClick={() => onRemove(item.key)}
          >
            <Close />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Progress({ item, limit }: { item: Waiting; limit: number }) {
  const { view, upload, name, size } = item;
  if (view.phase === "failed") {
    const why = size > limit ? t("file_too_large", { limit: said(limit) }) : t("file_too_many");
    const refused = view.error?.detail || t("file_failed");
    return <small role="alert">{upload ? refused : why}</small>;
  }
  if (view.phase === "ready") return <small>{said(size)}</small>;
  return (
    <>
      <progress value={view.progress} aria-label={t("file_sending", { name })} />
      {view.phase === "waiting" && <small>{t("status_offline")}</small>}
    </>
  );
}
