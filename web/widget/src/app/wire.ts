/**
 * Keeps the chat current: by the socket, or by asking every few seconds where sockets are blocked.
 * Also knows whether we are cut off, and tells it only once it lasts.
 */
import { LiveSocket, type LiveState, reconnectDelay } from "@chatdesk/client/live";
import type { CustomerServerFrame } from "@chatdesk/client/types";

/** Milliseconds. */
const POLL_SHOWN = 4_000;
const POLL_HIDDEN = 20_000;
const BANNER_AFTER = 1_500;
/** Dials that never got through before asking over HTTPS begins. */
const BLOCKED_AFTER = 3;

export interface WireOptions {
  hello: () => object;
  onFrame: (frame: CustomerServerFrame) => void;
  /** One round of asking; rejects when the server cannot be reached. */
  poll: () => Promise<void>;
  /** The socket cannot be used at all: there is no cookie for it. */
  socketless: () => boolean;
  shown: () => boolean;
  /** Being cut off has lasted a moment. */
  onCutOff: () => void;
  /** There is a way to the server again. */
  onUp: () => void;
}

export class Wire {
  #options: WireOptions;
  #socket: LiveSocket<CustomerServerFrame> | null = null;
  #live = false;
  #polling = false;
  #misses = 0;
  #poll: ReturnType<typeof setTimeout> | undefined;
  /** Set while there is a reason to worry, from the first sign to the all-clear. */
  #worry: ReturnType<typeof setTimeout> | undefined;
  #gone = new AbortController();

  constructor(options: WireOptions) {
    this.#options = options;
    const { signal } = this.#gone;
    addEventListener("offline", () => this.#down(), { signal });
    addEventListener("online", () => this.wake(), { signal });
    if (options.socketless()) this.#startPolling();
    else this.#dial();
  }

  send(frame: object): boolean {
    return this.#socket?.send(frame) ?? false;
  }

  /** The panel was opened or the network is back: ask now, where asking is what we do. */
  wake(): void {
    if (this.#polling) this.#ask(0);
  }

  close(): void {
    this.#gone.abort();
    this.#socket?.close();
    clearTimeout(this.#poll);
    clearTimeout(this.#worry);
  }

  #dial(): void {
    this.#socket = new LiveSocket<CustomerServerFrame>({
      url: "/api/chat/socket",
      hello: this.#options.hello,
      onState: (state) => this.#changed(state),
      onFailure: (failures) => {
        if (failures >= BLOCKED_AFTER) this.#startPolling();
        else this.#down();
      },
      onFrame: (frame) => {
        // A frame disproves "offline", whatever the browser said; a new greeting tells what was missed.
        if (this.#live && this.#calm()) this.#socket?.greet();
        this.#options.onFrame(frame);
      },
    });
  }

  #changed(state: LiveState): void {
    this.#live = state === "live";
    if (state === "live") {
      this.#stopPolling();
      this.#up();
    } else if (state === "ended") this.#startPolling();
    else if (state === "offline" && !this.#polling) this.#down();
  }

  #startPolling(): void {
    if (this.#polling || this.#gone.signal.aborted) return;
    this.#polling = true;
    this.#ask(0);
  }

  #stopPolling(): void {
    this.#polling = false;
    clearTimeout(this.#poll);
  }

  #ask(delay: number): void {
    clearTimeout(this.#poll);
    this.#poll = setTimeout(async () => {
      const ok = await this.#options.poll().then(
        () => true,
        () => false,
      );
      if (!this.#polling || this.#gone.signal.aborted) return;
      this.#misses = ok ? 0 : this.#misses + 1;
      if (ok) this.#up();
      else this.#down();
      const pace = this.#options.shown() ? POLL_SHOWN : POLL_HIDDEN;
      this.#ask(ok ? pace : Math.max(pace, reconnectDelay(this.#misses, Math.random())));
    }, delay);
  }

  #down(): void {
    this.#worry ??= setTimeout(() => void this.#doubt(), BANNER_AFTER);
  }

  /** A socket that is down need not mean that we are: one question over HTTPS tells. */
  async #doubt(): Promise<void> {
    const worry = this.#worry;
    const still = () => this.#worry === worry && !this.#gone.signal.aborted;
    if (this.#polling) {
      this.#options.onCutOff();
      return;
    }
    const late = setTimeout(() => still() && this.#options.onCutOff(), BANNER_AFTER);
    const ok = await this.#options.poll().then(
      () => true,
      () => false,
    );
    clearTimeout(late);
    if (!still()) return;
    if (ok) this.#up();
    else this.#options.onCutOff();
  }

  /** Whether there had been a reason to worry. */
  #calm(): boolean {
    if (this.#worry === undefined) return false;
    clearTimeout(this.#worry);
    this.#worry = undefined;
    return true;
  }

  #up(): void {
    this.#calm();
    this.#options.onUp();
  }
}
