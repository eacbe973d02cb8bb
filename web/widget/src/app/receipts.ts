/**
 * Tells the server what has arrived and what was seen: one call at a time, the newest message
 * standing for all before it.
 */
import type { Marks, Message } from "@chatdesk/client/types";

/** Milliseconds in which several messages become one call. */
const TOGETHER = 250;

export interface ReceiptOptions {
  /** The newest message of the agents, if any. */
  newest: () => Message | null;
  /** The visitor is looking at it. */
  seeing: () => boolean;
  put: (message: Message, status: "delivered" | "read") => Promise<unknown>;
  /** Seen: the unread number goes at once, without waiting for the server. */
  onSeen: (message: Message) => void;
}

export class Receipts {
  #options: ReceiptOptions;
  #confirmed: Marks = { delivered_seq: 0, read_seq: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;

  constructor(options: ReceiptOptions) {
    this.#options = options;
  }

  /** What the server holds already, also by way of another tab. */
  confirm(marks: Marks): void {
    this.#confirmed = {
      delivered_seq: Math.max(this.#confirmed.delivered_seq, marks.delivered_seq),
      read_seq: Math.max(this.#confirmed.read_seq, marks.read_seq),
    };
  }

  /** Forgets what was confirmed: another conversation begins. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#confirmed = { delivered_seq: 0, read_seq: 0 };
  }

  /** Something changed that may call for a receipt. */
  consider(): void {
    const { newest, seeing, onSeen } = this.#options;
    const message = newest();
    if (!message) return;
    if (seeing()) onSeen(message);
    if (!this.#due(message) || this.#timer !== undefined || this.#busy) return;
    this.#timer = setTimeout(() => void this.#send(), TOGETHER);
  }

  #due(message: Message): "delivered" | "read" | null {
    if (this.#options.seeing() && message.seq > this.#confirmed.read_seq) return "read";
    return message.seq > this.#confirmed.delivered_seq ? "delivered" : null;
  }

  async #send(): Promise<void> {
    this.#timer = undefined;
    const message = this.#options.newest();
    const status = message && this.#due(message);
    if (!message || !status) return;
    this.#busy = true;
    const { seq } = message;
    const ok = await this.#options.put(message, status).then(
      () => true,
      () => false,
    );
    this.#busy = false;
    // After a failure the next message, look or reconnect tries again.
    if (!ok) return;
    this.confirm({ delivered_seq: seq, read_seq: status === "read" ? seq : 0 });
    this.consider();
  }
}
