/** The one value the screen is drawn from, and who wants to know when it changes. */
import type { Hold } from "@chatdesk/client/outbox";
import type { QueueItem } from "@chatdesk/client/queue";
import type { Attachment } from "@chatdesk/client/types";
import { empty, type Model } from "./model.ts";
import type { Word } from "./t.ts";

/** A written message on its way out. */
export interface Written {
  text: string;
  /** Already at the server, in order. */
  files?: readonly Attachment[];
}

export type Phase = "idle" | "loading" | "ready" | "failed" | "not_found";
export type Banner = { kind: "offline" } | { kind: "back"; count: number } | null;

export interface View {
  phase: Phase;
  /** While `failed` by "slow down": milliseconds since 1970 of the next try. */
  retryAt: number | null;
  model: Model;
  pending: readonly QueueItem<Written>[];
  hold: Hold | null;
  banner: Banner;
  /** Who is writing just now. */
  typing: string | null;
  older: "idle" | "loading" | "failed";
  /** Said once, as an alert, above the field. */
  notice: Word | null;
  /** The panel is open, or the page is the chat. */
  open: boolean;
  /** Inside another site's page. */
  framed: boolean;
  /** The chat whose customer just said how it was, and is thanked for it. */
  rated: string | null;
  /** What lies over the chat: the visitor's chats, or the way to a copy by mail. */
  sheet: "past" | "mail" | null;
  /** The visitor wrote here before. */
  wroteBefore: boolean;
  /** Whether a message that comes in may be heard. */
  sound: boolean;
  /** Grows when the focus should go to the field. */
  focus: number;
  /** For screen readers: the last thing that came in. */
  spoken: string;
  /** Grows with every change of language. */
  words: number;
}

export class Store {
  #view: View = {
    phase: "idle",
    retryAt: null,
    model: empty,
    pending: [],
    hold: null,
    banner: null,
    typing: null,
    older: "idle",
    notice: null,
    open: false,
    framed: false,
    rated: null,
    sheet: null,
    wroteBefore: false,
    sound: true,
    focus: 0,
    spoken: "",
    words: 0,
  };
  #watchers = new Set<(view: View, before: View) => void>();

  get view(): View {
    return this.#view;
  }

  get model(): Model {
    return this.#view.model;
  }

  set(change: Partial<View>): void {
    const before = this.#view;
    const names = Object.keys(change) as (keyof View)[];
    if (names.every((name) => Object.is(before[name], change[name]))) return;
    this.#view = { ...before, ...change };
    for (const watcher of this.#watchers) watcher(this.#view, before);
  }

  setModel(model: Model): void {
    this.set({ model });
  }

  watch(watcher: (view: View, before: View) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}
