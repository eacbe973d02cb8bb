/**
 * Keeps drafts on the server: at most one save per half second and draft, the last words always
 * sent, and a copy in this browser until the server has them.
 */
import { ApiError, type Draft, type DraftMode, request } from "@chatdesk/client";
import { readStored, writeStored } from "@/lib/stored";
import { desk } from "@/live/desk";
import { draftKey, drop, write } from "./live";

const SAVE_EVERY = 500;
const RETRY_AFTER = 3_000;
const OWN_TEXTS = 8;
const MOST_KEPT = 50;

interface Unsaved {
  readonly id: string;
  readonly mode: DraftMode;
  timer: ReturnType<typeof setTimeout> | undefined;
  saving: boolean;
}

const unsaved = new Map<string, Unsaved>();
const ownTexts = new Map<string, string[]>();
/** Drafts the server holds, so that an empty one is only deleted where there is one. */
const stored = new Set<string>();

const path = (id: string, mode: DraftMode) =>
  `/api/v1/conversations/${encodeURIComponent(id)}/draft?mode=${mode}`;

const storageKey = () => `drafts.${desk.me}`;

desk.ownDraft = (key, text) => {
  if (unsaved.has(key)) return true;
  return text !== null && (ownTexts.get(key)?.includes(text) ?? false);
};

const isDraft = (value: unknown): value is Draft =>
  typeof value === "object" && value !== null && typeof (value as Draft).text === "string";

/** All of this agent's drafts; words this browser could not save before go to the server now. */
export async function loadDrafts(): Promise<true> {
  const kept = readStored<unknown[]>(storageKey());
  if (Array.isArray(kept)) {
    for (const draft of kept.filter(isDraft)) {
      saveDraft(draft.conversation_id, draft.mode, draft.text);
    }
  }
  const { items } = await request<{ items: Draft[] }>("GET", "/api/v1/drafts");
  desk.takeDrafts(items);
  return true;
}

/** The text as it stands after a key. Empty text ends the draft. */
export function saveDraft(id: string, mode: DraftMode, text: string): void {
  const key = draftKey(id, mode);
  if ((desk.drafts.get(key)?.updated_at ?? "") !== "") stored.add(key);
  desk.write(text === "" ? drop(desk.drafts, id, mode) : write(desk.drafts, id, mode, text));
  const entry = unsaved.get(key) ?? { id, mode, timer: undefined, saving: false };
  unsaved.set(key, entry);
  keep();
  if (!entry.saving) entry.timer ??= setTimeout(() => void push(key, entry), SAVE_EVERY);
}

/** The words were sent: the draft is over, here and on the server. */
export const endDraft = (id: string, mode: DraftMode): void => saveDraft(id, mode, "");

/** The page may be going away: whatever is unsaved leaves now. */
export function flushDrafts(): void {
  for (const [key, entry] of unsaved) {
    clearTimeout(entry.timer);
    entry.timer = undefined;
    void push(key, entry, true);
  }
}

/** Forgets what is held for the one who signs out; the server has it. */
export function forgetDrafts(): void {
  for (const entry of unsaved.values()) clearTimeout(entry.timer);
  unsaved.clear();
  ownTexts.clear();
  stored.clear();
}

async function push(key: string, entry: Unsaved, leaving = false): Promise<void> {
  entry.timer = undefined;
  const text = desk.drafts.get(key)?.text ?? "";
  ownTexts.set(key, [...(ownTexts.get(key) ?? []), text].slice(-OWN_TEXTS));
  entry.saving = true;
  try {
    await save(key, entry, text, leaving);
  } catch (error) {
    const again = !(error instanceof ApiError) || error.temporary || error.status === 401;
    entry.saving = false;
    if (again && unsaved.get(key) === entry) {
      entry.timer = setTimeout(() => void push(key, entry), RETRY_AFTER);
    } else {
      unsaved.delete(key);
    }
    keep();
    return;
  }
  entry.saving = false;
  if (unsaved.get(key) !== entry) return;
  if ((desk.drafts.get(key)?.text ?? "") === text) unsaved.delete(key);
  else entry.timer = setTimeout(() => void push(key, entry), SAVE_EVERY);
  keep();
}

async function save(key: string, { id, mode }: Unsaved, text: string, keepalive: boolean) {
  if (text !== "") {
    await request<void>("PUT", path(id, mode), { text }, { keepalive });
    stored.add(key);
    return;
  }
  if (!stored.has(key)) return;
  try {
    await request<void>("DELETE", path(id, mode), undefined, { keepalive });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "not_found") throw error;
  }
  stored.delete(key);
}

function keep(): void {
  const drafts = [...unsaved.keys()].flatMap((key) => desk.drafts.get(key) ?? []);
  writeStored(storageKey(), drafts.length === 0 ? null : drafts.slice(-MOST_KEPT));
}
