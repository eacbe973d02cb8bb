/**
 * The round button on the customer's site, the frame it opens and the JS API. Runs as the site:
 * it never sees a message's text, a token or HTML from the server.
 */
import type { Look } from "@chatdesk/client/types";
import type { BootOptions, Call, StartOptions } from "../shared/api.ts";
import { readToHost, type ToFrame, type ToHost } from "../shared/protocol.ts";
import { build, buildFrame, dress, type Elements, siteFont } from "./dom.ts";
import type { Greeter, Greeting } from "./greeting.ts";
import type { Memory } from "./memory.ts";
import { inLanguage, matchesPage, type Words } from "./words.ts";

/** What the launcher knows of its inbox. */
export interface Site {
  name: string;
  look: Look;
  hide_on: string[];
  greetings: Greeting[];
  /** The words beside the icon, by language. */
  labels: Record<string, string>;
  /** In the language that was asked for. */
  words: Words;
}

/** Where the build put the greetings' own file. */
declare const __GREETING__: string;
const EVENTS = [
  "ready",
  "open",
  "close",
  "unread",
  "message",
  "error",
  "identify",
  "identify:rejected",
] as const;
type EventName = (typeof EVENTS)[number];
type Listener = (value?: unknown) => void;

/** The browser's "back" gesture and Escape in one; only some browsers have it. */
interface CloseWatcherLike {
  destroy(): void;
  onclose: (() => void) | null;
}

export class Launcher {
  #options: StartOptions;
  #site: Site;
  #greeter: Promise<Greeter> | null = null;
  #el: Elements;
  #memory: Memory;
  #frame: HTMLIFrameElement | null = null;
  #port: MessagePort | null = null;
  #open = false;
  #unread = 0;
  #focusOnOpen = true;
  #returnTo: Element | null = null;
  #locale: string | null;
  /** JSON of what the site said of who the visitor is; "" nothing, "null" nobody any more. */
  #identity = "";
  #listeners = new Map<string, Set<Listener>>();
  #gone = new AbortController();
  #phone = matchMedia("(max-width:639.98px)");
  #watcher: CloseWatcherLike | null = null;
  /** The page's own `overflow` while a phone's whole screen is ours. */
  #overflow: string | null = null;

  constructor(options: StartOptions, site: Site, memory: Memory) {
    this.#options = options;
    this.#site = site;
    this.#locale = options.locale || document.documentElement.lang || null;
    this.#memory = memory;
    this.#el = build();
    this.dress(site);
    this.#listen();
    this.#arrive();
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
      identify: () => this.#identify(JSON.stringify(a ?? 0)),
      logout: () => this.#identify("null"),
      setLocale: () => this.#setLocale(a),
      setLanguage: () => this.#setLocale(a),
      on: () => this.#on(a, b),
      off: () => this.#off(a, b),
      get: () => a === "unread" && typeof b === "function" && b(this.#unread),
      destroy: () => this.destroy(),
    };
    if (Object.hasOwn(actions, name)) actions[name]?.();
  }

  /** Gives the launcher its looks and words, now or after a change. */
  dress(site: Site): void {
    this.#site = site;
    dress(this.#el, site.look, this.#label());
    this.#rename();
  }

  /** The chat's window, once there is one. */
  get frame(): Window | null {
    return this.#frame?.contentWindow ?? null;
  }

  /** What speaks beside the launcher: fetched only where there is something to say. */
  greet(use: (greeter: Greeter) => void): void {
    const { origin, key } = this.#options;
    const begin = (module: { Greeter: typeof Greeter }) =>
      new module.Greeter({
        key: this.#memory.lasts ? key : null,
        root: this.#el.root,
        word: () => this.#site.words.hide,
        isQuiet: () => this.#open || this.#memory.isRunning() || this.destroyed,
        open: () => this.open(true),
      });
    this.#greeter ??= import(/* @vite-ignore */ origin + __GREETING__).then(begin);
    this.#greeter.then(use, () => {});
  }

  /** A page begins, or an application shows another: what is hidden here, what is said here? */
  #arrive(): void {
    const page = location.pathname + location.search;
    const { hide_on, greetings } = this.#site;
    const hidden = matchesPage(hide_on, page);
    if (hide_on.length > 0) this.#hide(hidden && !this.#open);
    if (greetings.length > 0)
      this.greet((greeter) => greeter.arrive(hidden ? [] : greetings, page));
  }

  #label(): string {
    const { labels, look } = this.#site;
    return inLanguage(labels, this.#locale) ?? look.label;
  }

  open(focus: boolean): void {
    if (this.#open) return;
    this.#greeter?.then(
      (greeter) => greeter.stop(),
      () => {},
    );
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
    this.#greeter?.then(
      (greeter) => greeter.stop(),
      () => {},
    );
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
    addEventListener("popstate", () => this.#arrive(), { signal });
    const { navigation } = window as { navigation?: EventTarget };
    navigation?.addEventListener("navigatesuccess", () => this.#arrive(), { signal });
    for (const name of ["resize", "scroll"]) {
      visualViewport?.addEventListener(name, () => this.#fit(), { signal });
    }
  }

  /** Makes the frame; nothing is fetched from the chat's API before it is opened or runs. */
  #prepare(): void {
    if (this.#frame) return;
    const { origin, key } = this.#options;
    const frame = buildFrame(
      this.#options.frame ?? `${origin}/widget/frame?key=${encodeURIComponent(key)}`,
      this.#site.words.frame.replace("{name}", this.#site.name),
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
      identity: this.#identity,
      font: siteFont(),
    };
    frame.contentWindow?.postMessage(hello, this.#options.origin, [port2]);
  }

  #hear(message: ToHost): void {
    switch (message.type) {
      case "ready":
        if (this.#open) this.#takePlace();
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
      case "identified": {
        const { state, reason } = message;
        // Told once: the chat's page begins anew after it.
        if (state === "left") this.#identity = "";
        else if (state === "refused") this.#emit("identify:rejected", { reason });
        else this.#emit("identify", { state });
        break;
      }
      case "error":
        this.#emit("error", { code: message.code });
        break;
      case "look":
        this.dress({
          ...this.#site,
          name: message.name,
          look: { ...this.#site.look, ...message.look },
        });
        break;
    }
  }

  /**
   * The chat's document took the place of an empty one. A focus given to that one fell back to this page: what is
   * typed next would be lost here. Whoever went on to something else on the page keeps it.
   */
  #takePlace(): void {
    const { activeElement } = document;
    const still = activeElement === this.#el.host || activeElement === document.body;
    const focus = this.#focusOnOpen && still;
    if (focus) {
      this.#frame?.blur();
      this.#frame?.focus();
    }
    this.#say({ type: "open", page: pageAddress(), focus });
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
    const { close, open, unread_one, unread_many } = this.#site.words;
    const n = this.#unread;
    const news =
      n === 0 ? "" : `, ${(n === 1 ? unread_one : unread_many).replace("{n}", String(n))}`;
    const label = this.#label();
    const lead = label ? `${label}. ` : "";
    this.#el.button.setAttribute("aria-label", this.#open ? close : lead + open + news);
    if (this.#frame) this.#frame.title = this.#site.words.frame.replace("{name}", this.#site.name);
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

  /** Without a chat yet it is kept for when there is one; whoever leaves is forgotten at once. */
  #identify(identity: string): void {
    this.#identity = identity;
    if (identity === "null") {
      this.close();
      this.#memory.setRunning(false);
      this.#prepare();
    }
    this.#say({ type: "identify", identity });
  }

  #setLocale(locale: unknown): void {
    if (typeof locale !== "string") return;
    this.#locale = locale;
    this.#say({ type: "locale", locale });
    const { address } = this.#options;
    if (!address) return;
    const speak = (other: { words: () => Words }) =>
      this.#locale === locale && this.dress({ ...this.#site, words: other.words() });
    // The words stay as they are where the file cannot be had.
    import(/* @vite-ignore */ address(locale)).then(speak, () => this.dress(this.#site));
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
