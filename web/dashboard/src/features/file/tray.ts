/** Files that an agent is adding to what they write, per conversation and composer, until the message takes them. */
import {
  ApiError,
  type Attachment,
  type DraftMode,
  request,
  Upload,
  type UploadRoutes,
  type UploadState,
  type UploadView,
  uuid,
} from "@chatdesk/client";
import { useSyncExternalStore } from "react";

export interface TrayItem {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  /** A picture of the sender's own, shown before anything is sent. */
  readonly preview: string | null;
  readonly view: UploadView;
}

/** As many as one message carries. */
const MOST = 10;

const NONE: readonly TrayItem[] = [];
const trays = new Map<string, readonly TrayItem[]>();
const uploads = new Map<string, Upload>();
const listeners = new Set<() => void>();

const keyOf = (conversationId: string, mode: DraftMode) => `${conversationId}/${mode}`;

function put(tray: string, items: readonly TrayItem[]): void {
  if (items.length === 0) trays.delete(tray);
  else trays.set(tray, items);
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function useTray(conversationId: string, mode: DraftMode): readonly TrayItem[] {
  const tray = keyOf(conversationId, mode);
  return useSyncExternalStore(subscribe, () => trays.get(tray) ?? NONE);
}

function routesOf(conversationId: string): UploadRoutes {
  return {
    begin: (name, size, signal) =>
      request<UploadState>(
        "POST",
        "/api/v1/files",
        { conversation_id: conversationId, name, size },
        { signal },
      ),
    call: (method, id, rest, body, opts) =>
      request(method, `/api/v1/files/${encodeURIComponent(id)}${rest}`, body, opts),
  };
}

const PICTURE = /^image\/(png|jpeg|gif|webp)$/;

/** Starts sending; files beyond what one message carries are said to be too many. */
export function addFiles(conversationId: string, mode: DraftMode, files: readonly File[]): void {
  const tray = keyOf(conversationId, mode);
  for (const file of files) {
    const key = uuid();
    const items = trays.get(tray) ?? NONE;
    const preview = PICTURE.test(file.type) ? URL.createObjectURL(file) : null;
    const base = { key, name: file.name || "image.png", size: file.size, preview };
    if (items.length >= MOST) {
      const error = new ApiError({ status: 0, code: "too_many", title: "" });
      const view: UploadView = { phase: "failed", progress: 0, file: null, error };
      put(tray, [...items, { ...base, view }]);
      continue;
    }
    const change = (view: UploadView) => {
      const now = trays.get(tray) ?? NONE;
      put(
        tray,
        now.map((item) => (item.key === key ? { ...item, view } : item)),
      );
    };
    const view: UploadView = { phase: "sending", progress: 0, file: null, error: null };
    put(tray, [...items, { ...base, view }]);
    uploads.set(key, new Upload(file, base.name, routesOf(conversationId), change));
  }
}

export const retryFile = (key: string): void => uploads.get(key)?.retry();

export function removeFile(conversationId: string, mode: DraftMode, key: string): void {
  const tray = keyOf(conversationId, mode);
  uploads.get(key)?.cancel();
  forget(tray, (item) => item.key !== key);
}

function forget(tray: string, stays: (item: TrayItem) => boolean): void {
  const items = trays.get(tray) ?? NONE;
  for (const item of items) {
    if (stays(item)) continue;
    uploads.delete(item.key);
    if (item.preview) URL.revokeObjectURL(item.preview);
  }
  put(tray, items.filter(stays));
}

/** Takes what is ready out of the tray, for the message that is being sent. */
export function takeFiles(conversationId: string, mode: DraftMode): readonly Attachment[] {
  const tray = keyOf(conversationId, mode);
  const files = (trays.get(tray) ?? NONE).flatMap((item) => item.view.file ?? []);
  forget(tray, (item) => item.view.file === null);
  return files;
}

/** A message came back: its files wait here again, for the next try. */
export function returnFiles(
  conversationId: string,
  mode: DraftMode,
  files: readonly Attachment[],
): void {
  const tray = keyOf(conversationId, mode);
  const back = files.map((file) => ({
    key: file.id,
    name: file.name,
    size: file.size,
    preview: null,
    view: { phase: "ready", progress: 1, file, error: null } as UploadView,
  }));
  put(tray, [...back, ...(trays.get(tray) ?? NONE)]);
}
