/**
 * The round button on the customer's site, the frame it opens and the JS API. Runs as the site:
 * it never sees a message's text, a token or HTML from the server.
 */
import { launcher as words } from "../locales/en.json";
import type { Api, BootOptions, Call, StartOptions } from "../shared/api.ts";
import { readToHost, type ToFrame, type ToHost } from "../shared/protocol.ts";
import { build, buildFrame, type Elements, type Look } from "./dom.ts";
import { type Memory, memoryFor } from "./memory.ts";

/** The build puts `"__CHATDESK_LOOK__"` here, and the server the inbox in its place. */
declare const __LOOK__: { name: string; look: Look };
const { name: INBOX, look: LOOK } = __LOOK__;
const EVENTS = ["ready", "open", "close", "unread", "message", "error"] as const;
type EventName = (typeof EVENTS)[number];
type Listener = (value?: unknown) => void;

/** The browser's "back" gesture and Escape in one; only some browsers have it. */
interface CloseWatcherLike {
  destroy(): void;
  onclose: (() => void) | null;
}

class Launcher {
  #options: StartOptions;
  #el: Elements;
  #memory: Memory;
  #frame: HTMLIFrameElement | null = null;
  #port: MessagePort | null = null;
  #open = false;
  #unread = 0;
  #focusOnOpen = true;
  #returnTo: Element | null = null;
  #locale: string | null;
  #listeners = new Map<string, Set<Listener>>();
  #gone = new AbortController();
  #phone = matchMedia("(max-width:639.98px)");
  #watcher: CloseWatcherLike | null = null;
  /** The page's own `overflow` while a phone's whole screen is ours. */
  #overflow: string | null = null;

  constructor(options: StartOptions) {
    this.#options = options;
    this.#locale = options.locale || document.documentElement.lang || null;
    this.#memory = memoryFor(options.key);
    this.#el = build(LOOK);
    this.#rename();
    this.#listen();
    if (this.#memory.wasOpen()) this.open(false);
    else if (this.#memory.isRunning()) this.#prepare();
  }

  handle(call: Call): void {
    const [name, a, b] = Array.from(call) as [string, unknown, unknown];
    const actions: Record<string, () => void> = {
      boot: () => this.#reboot((a ?? {}) as BootOptions),
      show: () => this.#hide(false),
      hide: () => this.#hide(true),
      open: () => this.open(true),
      close: () => this.close(),
      toggle: () => (this.#open ? this.close() : this.open(true)),
      setLocale: () => this.#setLocale(a),
      on: () => this.#on(a, b),
      off: () => this.#off(a, b),
      get: () => a === "unread" && typeof b === "function" && b(this.#unread),
      destroy: () => this.destroy(),
    };
    if (Object.hasOwn(actions, name)) actions[name]?.();
  }

  open(focus: boolean): void {
    if (this.#open) return;
    this.#open = true;
    this.#focusOnOpen = focus;
    this.#returnTo = document.activeElement;
    this.#memory.setOpen(true);
    this.#hide(false);
    this.#prepare();
    this.#el.root.dataset.open = "";
    this.#el.button.setAttribute("aria-expanded", "true");
    if (this.#phone.matches) this.#takeScreen();
    if (focus) this.#frame?.focus();
    this.#say({ type: "open", page: pageAddress(), focus });
    this.#rename();
    this.#emit("open");
  }

  close(): void {
    if (!this.#open) return;
    const inside = document.activeElement === this.#el.host;
    this.#open = false;
    this.#memory.setOpen(false);
    delete this.#el.root.dataset.open;
    this.#el.button.setAttribute("aria-expanded", "false");
    this.#giveScreenBack();
    this.#say({ type: "closed" });
    this.#rename();
    if (inside) this.#giveFocusBack();
    this.#emit("close");
  }

  get destroyed(): boolean {
    return this.#gone.signal.aborted;
  }

  destroy(): void {
    this.close();
    this.#gone.abort();
    this.#port?.close();
    removeEventListener("beforeunload", this.#askFirst);
    this.#el.host.remove();
    this.#retitle(0);
    this.#options.api.h = undefined;
    this.#options.reset();
  }

  ready(): void {
    this.#emit("ready");
  }

  #listen(): void {
    const { button, host } = this.#el;
    const { signal } = this.#gone;
    button.addEventListener("click", () => (this.#open ? this.close() : this.open(true)), {
      signal,
    });
    const intent = () => {
      const { connection } = navigator as { connection?: { saveData?: boolean } };
      if (!connection?.saveData) this.#prepare();
    };
    button.addEventListener("pointerenter", intent, { signal });
    button.addEventListener("focus", intent, { signal });
    host.addEventListener("keydown", (event) => event.key === "Escape" && this.close(), { signal });
    document.addEventListener(
      "click",
      (event) => {
        const target =
          event.target instanceof Element && event.target.closest("[data-chatdesk-open]");
        if (target) this.open(true);
      },
      { signal },
    );
    document.addEventListener("visibilitychange", () => this.#retitle(this.#unread), { signal });
    this.#phone.addEventListener(
      "change",
      () => this.#open && (this.#phone.matches ? this.#takeScreen() : this.#giveScreenBack()),
      { signal },
    );
    for (const name of ["resize", "scroll"]) {
      visualViewport?.addEventListener(name, () => this.#fit(), { signal });
    }
  }

  /** Makes the frame; nothing is fetched from the chat's API before it is opened or runs. */
  #prepare(): void {
    if (this.#frame) return;
    const { origin, key } = this.#options;
    const frame = buildFrame(
      `${origin}/widget/frame?key=${encodeURIComponent(key)}`,
      words.frame.replace("{name}", INBOX),
    );
    this.#frame = frame;
    frame.addEventListener("load", () => this.#greet(frame), { signal: this.#gone.signal });
    this.#el.root.prepend(frame);
  }

  #greet(frame: HTMLIFrameElement): void {
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    const nonce = crypto.getRandomValues(new Uint32Array(4)).join("-");
    let trusted = false;
    port1.onmessage = ({ data }) => {
      const message = readToHost(data);
      if (!message) return;
      if (message.type === "ready") trusted = message.nonce === nonce;
      if (trusted) this.#hear(message);
    };
    this.#port = port1;
    const hello = {
      chatdesk: "hello",
      nonce,
      open: this.#open,
      running: this.#memory.isRunning(),
      locale: this.#locale,
      page: pageAddress(),
    };
    frame.contentWindow?.postMessage(hello, this.#options.origin, [port2]);
  }

  #hear(message: ToHost): void {
    switch (message.type) {
      case "ready":
        if (this.#open) {
          this.#say({ type: "open", page: pageAddress(), focus: this.#focusOnOpen });
        }
        break;
      case "close":
        this.close();
        break;
      case "unread":
        this.#setUnread(message.count);
        break;
      case "running":
        this.#memory.setRunning(message.on);
        break;
      case "unsent":
        if (message.on) addEventListener("beforeunload", this.#askFirst);
        else removeEventListener("beforeunload", this.#askFirst);
        break;
      case "message":
        this.#emit("message", { from: message.from });
        break;
      case "error":
        this.#emit("error", { code: message.code });
        break;
    }
  }

  #askFirst = (event: Event): void => event.preventDefault();

  #say(message: ToFrame): void {
    this.#port?.postMessage(message);
  }

  #setUnread(count: number): void {
    if (count === this.#unread) return;
    this.#unread = count;
    this.#el.badge.textContent = count === 0 ? "" : count > 99 ? "99+" : String(count);
    this.#rename();
    this.#retitle(count);
    this.#emit("unread", count);
  }

  #rename(): void {
    const { close, open, unread_one, unread_many } = words;
    const n = this.#unread;
    const news =
      n === 0 ? "" : `, ${(n === 1 ? unread_one : unread_many).replace("{n}", String(n))}`;
    const lead = LOOK.label ? `${LOOK.label}. ` : "";
    this.#el.button.setAttribute("aria-label", this.#open ? close : lead + open + news);
  }

  /** "(2) Shop" while the page is in the background; its own title otherwise. */
  #retitle(count: number): void {
    const own = document.title.replace(/^\(\d+\+?\) /, "");
    const wanted = count > 0 && document.hidden ? `(${count}) ${own}` : own;
    if (document.title !== wanted) document.title = wanted;
  }

  #hide(hidden: boolean): void {
    if (hidden) this.close();
    this.#el.root.toggleAttribute("data-hidden", hidden);
  }

  #setLocale(locale: unknown): void {
    if (typeof locale !== "string") return;
    this.#locale = locale;
    this.#say({ type: "locale", locale });
  }

  #reboot(options: BootOptions): void {
    if (options.key && options.key !== this.#options.key) {
      const { api } = this.#options;
      this.destroy();
      api("boot", options);
    } else if (options.locale) this.#setLocale(options.locale);
  }

  #on(name: unknown, listener: unknown): void {
    if (!EVENTS.includes(name as EventName) || typeof listener !== "function") return;
    const set = this.#listeners.get(name as string) ?? new Set<Listener>();
    this.#listeners.set(name as string, set.add(listener as Listener));
    // A page cannot know whether it came first: `ready` is told to latecomers too.
    if (name === "ready" && this.#options.api.h) listener();
  }

  #off(name: unknown, listener: unknown): void {
    if (listener === undefined) this.#listeners.delete(name as string);
    else this.#listeners.get(name as string)?.delete(listener as Listener);
  }

  #emit(name: EventName, value?: unknown): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        listener(value);
      } catch (error) {
        // The site's own fault must show in the site's own console, and stop nothing here.
        reportError(error);
      }
    }
  }

  /** On a phone the chat is the whole screen: the page behind neither scrolls nor takes focus. */
  #takeScreen(): void {
    if (this.#overflow !== null) return;
    const { style } = document.documentElement;
    this.#overflow = style.overflow;
    style.overflow = "hidden";
    document.body.inert = true;
    this.#fit();
    const { CloseWatcher } = window as { CloseWatcher?: new () => CloseWatcherLike };
    if (!CloseWatcher) return;
    try {
      this.#watcher = new CloseWatcher();
      this.#watcher.onclose = () => this.close();
    } catch {
      // Without a gesture the browser may refuse; the chat's own button still closes it.
    }
  }

  #giveScreenBack(): void {
    if (this.#overflow === null) return;
    document.documentElement.style.overflow = this.#overflow;
    this.#overflow = null;
    document.body.inert = false;
    this.#watcher?.destroy();
    this.#watcher = null;
  }

  /** The frame keeps to what the on-screen keyboard leaves free. */
  #fit(): void {
    const view = visualViewport;
    if (!view || !this.#open || !this.#phone.matches) return;
    this.#el.root.style.setProperty("--height", `${view.height}px`);
    this.#el.root.style.setProperty("--top", `${view.offsetTop}px`);
  }

  #giveFocusBack(): void {
    const to = this.#returnTo;
    if (
      to instanceof HTMLElement &&
      to.isConnected &&
      to !== document.body &&
      to !== this.#el.host
    ) {
      to.focus();
    } else this.#el.button.focus();
  }
}

function pageAddress(): string {
  return (location.origin + location.pathname).slice(0, 2048);
}

/** Called by the loader, once per boot. */
export function start(options: StartOptions): void {
  const { api }: { api: Api } = options;
  const launcher = new Launcher(options);
  const waiting = api.q?.splice(0) ?? [];
  for (const call of waiting) launcher.handle(call);
  // A waiting `destroy`, or a `boot` with another key, may have ended this one already.
  if (launcher.destroyed) return;
  api.h = (call) => launcher.handle(call);
  launcher.ready();
}
