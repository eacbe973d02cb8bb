/**
 * Sends one file up in pieces and goes on where it was cut, until the server says what it is. Where it goes, and as whom,
 * is the caller's; what it is attached to comes later.
 */
import { ApiError, type Method, type RequestOptions } from "./http.ts";
import { reconnectDelay } from "./live.ts";
import type { Attachment, UploadState } from "./types.ts";

/** How the caller's side reaches the server; must throw {@link ApiError} and must not retry. */
export interface UploadRoutes {
  begin: (name: string, size: number, signal: AbortSignal) => Promise<UploadState>;
  /** Calls an address of the upload: `""` itself, `"/complete"`, `"?offset=…"`. */
  call: <T>(
    method: Method,
    id: string,
    rest: string,
    body: Blob | undefined,
    opts: RequestOptions,
  ) => Promise<T>;
}

export type UploadPhase = "sending" | "waiting" | "checking" | "ready" | "failed";

export interface UploadView {
  phase: UploadPhase;
  /** 0 … 1 of the bytes. */
  progress: number;
  /** Set once it is `ready`. */
  file: Attachment | null;
  /** Why it `failed`. */
  error: ApiError | null;
}

/** Bytes. Small at first, so that a slow network shows progress and loses little. */
const FIRST_PIECE = 256 * 1024;
const FAST = 1_000;
const PIECE_TIMEOUT = 60_000;
/** After so many tries without a byte getting through, a person decides. */
const MOST_TRIES = 8;

export class Upload {
  readonly #blob: Blob;
  readonly #routes: UploadRoutes;
  readonly #onChange: (view: UploadView) => void;
  readonly name: string;
  #id: string | null = null;
  #offset = 0;
  #piece = FIRST_PIECE;
  #stop = new AbortController();
  #wake: () => void = () => {};
  view: UploadView = { phase: "sending", progress: 0, file: null, error: null };

  constructor(
    blob: Blob,
    name: string,
    routes: UploadRoutes,
    onChange: (view: UploadView) => void,
  ) {
    this.#blob = blob;
    this.name = name;
    this.#routes = routes;
    this.#onChange = onChange;
    void this.#run();
  }

  /** A person wants it tried again; it goes on where it was. */
  retry(): void {
    if (this.view.phase === "waiting") this.#wake();
    if (this.view.phase === "failed") void this.#run();
  }

  /** Forgets it, here and at the server. */
  cancel(): void {
    this.#stop.abort();
    this.#wake();
    if (this.#id !== null) {
      this.#routes.call("DELETE", this.#id, "", undefined, {}).catch(() => {});
    }
  }

  #show(change: Partial<UploadView>): void {
    if (this.#stop.signal.aborted) return;
    this.view = { ...this.view, ...change };
    this.#onChange(this.view);
  }

  async #run(): Promise<void> {
    this.#show({ phase: "sending", error: null });
    for (let tries = 0; !this.#stop.signal.aborted; ) {
      const before = this.#offset;
      try {
        const file = await this.#send();
        this.#show({ phase: "ready", progress: 1, file });
        return;
      } catch (error) {
        tries = this.#offset > before ? 1 : tries + 1;
        if (!(await this.#mayGoOn(error, tries))) return;
      }
    }
  }

  /** Whether the same upload should be tried again; waits before it says yes. */
  async #mayGoOn(error: unknown, tries: number): Promise<boolean> {
    if (!(error instanceof ApiError)) {
      const title = "This file can't be read any more";
      this.#show({
        phase: "failed",
        error: new ApiError({ status: 0, code: "unreadable", title }),
      });
      return false;
    }
    if (error.code === "wrong_offset" && tries < MOST_TRIES) return this.#ask();
    if (!error.temporary || error.status === 507 || tries >= MOST_TRIES) {
      this.#show({ phase: "failed", error });
      return false;
    }
    this.#show({ phase: "waiting" });
    const told = error.retryAfter === null ? 0 : error.retryAfter * 1000;
    await this.#pause(Math.max(told, reconnectDelay(tries, Math.random())));
    this.#show({ phase: "sending" });
    return this.#id === null || this.#ask();
  }

  /** Asks the server how far it is. */
  async #ask(): Promise<boolean> {
    if (this.#id === null) return true;
    try {
      const state = await this.#routes.call<UploadState>("GET", this.#id, "", undefined, {
        signal: this.#stop.signal,
      });
      this.#offset = state.offset;
    } catch (error) {
      // It was forgotten meanwhile: from the beginning.
      if (error instanceof ApiError && error.status === 404) {
        this.#id = null;
        this.#offset = 0;
      }
    }
    return true;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        removeEventListener("online", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      addEventListener("online", done);
      this.#wake = done;
    });
  }

  async #send(): Promise<Attachment> {
    const { signal } = this.#stop;
    if (this.#id === null) {
      const state = await this.#routes.begin(this.name, this.#blob.size, signal);
      this.#id = state.id;
      this.#offset = state.offset;
    }
    while (this.#offset < this.#blob.size) await this.#sendPiece(this.#id, signal);
    this.#show({ phase: "checking", progress: 1 });
    const state = await this.#routes.call<UploadState>("POST", this.#id, "/complete", undefined, {
      signal,
      timeout: PIECE_TIMEOUT,
    });
    if (!state.file) throw new ApiError({ status: 0, code: "bad_answer", title: "No file" });
    return state.file;
  }

  async #sendPiece(id: string, signal: AbortSignal): Promise<void> {
    const piece = this.#blob.slice(this.#offset, this.#offset + this.#piece);
    const started = performance.now();
    const state = await this.#routes.call<UploadState>(
      "PUT",
      id,
      `?offset=${this.#offset}`,
      piece,
      {
        signal,
        timeout: PIECE_TIMEOUT,
      },
    );
    this.#offset = state.offset;
    if (performance.now() - started < FAST) this.#piece = Math.min(this.#piece * 2, state.chunk);
    this.#show({ progress: this.#offset / this.#blob.size });
  }
}

/** "820 kB", "1.4 MB", in the words of a locale. */
export function sizeText(bytes: number, locale?: string): string {
  const [value, unit] =
    bytes >= 1_048_576
      ? ([bytes / 1_048_576, "megabyte"] as const)
      : ([Math.max(1, Math.round(bytes / 1024)), "kilobyte"] as const);
  const options = { style: "unit", unit, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale, options).format(value);
}
