/**
 * One WebSocket that stays up: dials, says hello, notices silence, comes back with backoff.
 * Knows the close codes of the contract and nothing of what the frames mean.
 */

/**
 * `live` begins at the server's `ready`; `ended` means the token or session is no longer good
 * and nothing more is tried.
 */
export type LiveState = "connecting" | "live" | "offline" | "ended";

export interface LiveOptions<F extends { type: string }> {
  /** Absolute `ws:`/`wss:` address, or a path on our own origin. */
  url: string;
  /** The first frame of each connection; asked anew each time, so it can say where to resume. */
  hello: () => object;
  onFrame: (frame: F) => void;
  onState: (state: LiveState) => void;
  /** A dial never became `live`, for the `failures`th time in a row: blocked, refused or away. */
  onFailure?: (failures: number) => void;
  /** For tests; `new WebSocket(url)` when left out. */
  dial?: (url: string) => WebSocket;
  /** For tests; between 0 and 1. */
  random?: () => number;
}

/** Milliseconds. */
const FIRST_DELAY = 500;
const MAX_DELAY = 30_000;
const CONNECT_LIMIT = 10_000;
const PING_AFTER = 25_000;
const SILENCE_LIMIT = 45_000;
const PROBE_LIMIT = 4_000;
/** A connection that lived this long was a good one: the next delay starts small again. */
const GOOD_LIFE = 5_000;

const CLOSE_ENDED = 4001;
const CLOSE_TOO_SLOW = 4008;
const CLOSE_RESTART = 1012;

/**
 * Milliseconds before dialling again after `attempt` (0, 1, 2 …) fruitless ones: 0.5, 1, 2, 4 …
 * at most 30 s, each spread over ± 25 % so that many clients do not come back together.
 */
export function reconnectDelay(attempt: number, random: number): number {
  const base = Math.min(FIRST_DELAY * 2 ** Math.min(attempt, 16), MAX_DELAY);
  return Math.min(Math.round(base * (0.75 + random / 2)), MAX_DELAY);
}

/** `/path` on our own origin becomes `ws(s)://host/path`. */
export function socketUrl(url: string, base: string = location.href): string {
  const absolute = new URL(url, base);
  if (absolute.protocol === "http:") absolute.protocol = "ws:";
  if (absolute.protocol === "https:") absolute.protocol = "wss:";
  return absolute.href;
}

function parseFrame(data: unknown): { type: string } | null {
  if (typeof data !== "string") return null;
  try {
    const frame: unknown = JSON.parse(data);
    const typed =
      typeof frame === "object" &&
      frame !== null &&
      typeof (frame as { type?: unknown }).type === "string";
    return typed ? (frame as { type: string }) : null;
  } catch {
    return null;
  }
}

export class LiveSocket<F extends { type: string } = { type: string }> {
  #options: LiveOptions<F>;
  #socket: WebSocket | null = null;
  #state: LiveState | null = null;
  #closed = false;
  #attempt = 0;
  #failures = 0;
  #dialledAt = 0;
  #liveSince: number | null = null;
  #heardAt = 0;
  #pinged = false;
  #redial: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #probe: ReturnType<typeof setTimeout> | undefined;

  /** Dials at once. */
  constructor(options: LiveOptions<F>) {
    this.#options = options;
    addEventListener("online", this.#wake);
    addEventListener("offline", this.#suspect);
    addEventListener("pageshow", this.#wake);
    document.addEventListener("visibilitychange", this.#seen);
    this.#dial();
  }

  get state(): LiveState {
    return this.#state ?? "connecting";
  }

  /** Connections in a row that never became `live`; 0 once one has. */
  get failures(): number {
    return this.#failures;
  }

  /** False when there is no open connection: the frame was not sent and is not kept. */
  send(frame: object): boolean {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(frame));
    return true;
  }

  /** Sends `hello` again, for instance to add a conversation. */
  greet(): boolean {
    return this.send(this.#options.hello());
  }

  /** Drops the connection and dials anew at once. */
  reconnect(): void {
    if (!this.#closed) this.#dial();
  }

  /** For good. `onState` is not called again. */
  close(): void {
    this.#closed = true;
    this.#forget();
    clearTimeout(this.#redial);
    removeEventListener("online", this.#wake);
    removeEventListener("offline", this.#suspect);
    removeEventListener("pageshow", this.#wake);
    document.removeEventListener("visibilitychange", this.#seen);
  }

  #dial(): void {
    this.#forget();
    clearTimeout(this.#redial);
    this.#redial = undefined;
    this.#liveSince = null;
    this.#dialledAt = Date.now();
    if (this.#state !== "offline") this.#become("connecting");
    const url = socketUrl(this.#options.url);
    let socket: WebSocket;
    try {
      socket = this.#options.dial?.(url) ?? new WebSocket(url);
    } catch {
      this.#lost(0);
      return;
    }
    this.#socket = socket;
    socket.onopen = () => {
      if (this.#socket !== socket) return;
      this.#heard();
      this.greet();
    };
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#receive(event.data);
    };
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#lost(event.code);
    };
    this.#scheduleWatch();
  }

  /** Lets go of the present socket so that nothing it still says is heard. */
  #forget(): void {
    clearTimeout(this.#watch);
    clearTimeout(this.#probe);
    this.#probe = undefined;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    try {
      socket.close();
    } catch {
      // Already gone.
    }
  }

  #receive(data: unknown): void {
    this.#heard();
    const frame = parseFrame(data);
    if (!frame) return;
    if (frame.type === "ready" && this.#liveSince === null) {
      this.#liveSince = Date.now();
      this.#failures = 0;
      this.#become("live");
    }
    this.#options.onFrame(frame as F);
  }

  #heard(): void {
    this.#heardAt = Date.now();
    this.#pinged = false;
    clearTimeout(this.#probe);
    this.#probe = undefined;
  }

  #lost(code: number): void {
    const lived = this.#liveSince === null ? 0 : Date.now() - this.#liveSince;
    const fruitless = this.#liveSince === null;
    if (fruitless) this.#failures += 1;
    if (lived >= GOOD_LIFE) this.#attempt = 0;
    this.#liveSince = null;
    this.#forget();
    if (this.#closed) return;
    if (code === CLOSE_ENDED) {
      this.#become("ended");
      return;
    }
    const quick = (code === CLOSE_TOO_SLOW || code === CLOSE_RESTART) && this.#attempt === 0;
    const random = this.#options.random?.() ?? Math.random();
    const delay = quick ? Math.round(random * FIRST_DELAY) : reconnectDelay(this.#attempt, random);
    this.#attempt += 1;
    // The timer stands before the callback: whoever calls `reconnect` from it must win.
    this.#redial = setTimeout(() => this.#dial(), delay);
    this.#become("offline");
    if (fruitless) this.#options.onFailure?.(this.#failures);
  }

  #become(state: LiveState): void {
    if (this.#closed || this.#state === state) return;
    this.#state = state;
    this.#options.onState(state);
  }

  /** One timer per connection, set to the next moment at which silence would mean something. */
  #scheduleWatch(): void {
    clearTimeout(this.#watch);
    const opening = this.#socket?.readyState === WebSocket.CONNECTING;
    const due = opening
      ? this.#dialledAt + CONNECT_LIMIT
      : this.#heardAt + (this.#pinged ? SILENCE_LIMIT : PING_AFTER);
    this.#watch = setTimeout(() => this.#look(), Math.max(due - Date.now(), 50));
  }

  #look(): void {
    const socket = this.#socket;
    if (!socket) return;
    const now = Date.now();
    if (socket.readyState === WebSocket.CONNECTING) {
      if (now - this.#dialledAt >= CONNECT_LIMIT) {
        this.#lost(0);
        return;
      }
    } else if (now - this.#heardAt >= SILENCE_LIMIT) {
      this.#lost(0);
      return;
    } else if (now - this.#heardAt >= PING_AFTER && !this.#pinged) {
      this.#pinged = true;
      this.send({ type: "ping" });
    }
    this.#scheduleWatch();
  }

  /** The page is in front again or the network is back: do not wait for timers that slept. */
  #wake = (): void => {
    if (this.#closed || this.#state === "ended") return;
    if (this.#redial !== undefined) this.#dial();
    else if (Date.now() - this.#heardAt >= SILENCE_LIMIT && this.#liveSince !== null) this.#lost(0);
    else this.#suspect();
  };

  #seen = (): void => {
    if (document.visibilityState === "visible") this.#wake();
  };

  /** Asks the other end for a sign of life, and gives up when none comes. */
  #suspect = (): void => {
    if (this.#closed || this.#probe !== undefined) return;
    if (!this.send({ type: "ping" })) return;
    this.#probe = setTimeout(() => this.#lost(0), PROBE_LIMIT);
  };
}
