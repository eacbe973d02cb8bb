/** Where the chat starts: reads the inbox's key from the address and joins the parts. */
import "./app.css";
import "./start.css";
import { render } from "preact";
import { ChatApi } from "./api.ts";
import { type Bridge, isFramed, joinHost } from "./bridge.ts";
import { Chat } from "./chat.ts";
import { readIdentity } from "./identity.ts";
import { draftKeeper } from "./keep.ts";
import { unread } from "./model.ts";
import { listenForTouch } from "./sound.ts";
import { Store, type View } from "./store.ts";
import { setLocale } from "./t.ts";
import { App } from "./view/app.tsx";

/** `/widget/frame?key=pk_…` or `/chat/pk_…`. */
function keyOf(address: Location): string {
  const fromPath = /^\/chat\/([^/]+)/.exec(address.pathname)?.[1];
  return fromPath
    ? decodeURIComponent(fromPath)
    : (new URLSearchParams(address.search).get("key") ?? "");
}

function dress(view: View, before: View): void {
  const { inbox } = view.model;
  if (!inbox || inbox === before.model.inbox) return;
  const { style } = document.documentElement;
  style.setProperty("--brand", inbox.look.colour);
  style.setProperty("--brand-ink", inbox.look.text_colour);
  style.setProperty("--site-font", inbox.look.font === "site" && siteFont ? siteFont : "");
  if (!view.framed) document.title = inbox.name;
}

/** Something is written that the network did not take yet. A send of the usual kind does not count. */
function isStuck({ hold, pending }: View): boolean {
  return hold !== null && pending.some(({ state }) => state === "waiting" || state === "sending");
}

/** Calls `tell` with what `read` says, at once and whenever that changes. */
function follow<T>(store: Store, read: (view: View) => T, tell: (value: T) => void): void {
  let told = read(store.view);
  tell(told);
  store.watch((view) => {
    const value = read(view);
    if (value === told) return;
    told = value;
    tell(value);
  });
}

/** Nothing is known before the chat was opened: then what the launcher remembers stands. */
function isRunning({ phase, model, pending }: View): boolean | null {
  if (pending.length > 0) return true;
  if (phase !== "ready") return null;
  return (model.chat !== null && model.chat.state !== "resolved") || unread(model) > 0;
}

/** Tells the launcher what it shows on the site: a number, never a word of the chat. */
function report(bridge: Bridge, store: Store, chat: Chat): void {
  chat.onIdentity = (state, reason) => bridge.say({ type: "identified", state, reason });
  chat.onMessage = (from) => bridge.say({ type: "message", from });
  follow(
    store,
    ({ model }) => unread(model),
    (count) => bridge.say({ type: "unread", count }),
  );
  follow(store, isRunning, (on) => on !== null && bridge.say({ type: "running", on }));
  follow(store, isStuck, (on) => bridge.say({ type: "unsent", on }));
  follow(
    store,
    ({ model }) => model.inbox,
    (inbox) => inbox && bridge.say({ type: "look", name: inbox.name, look: inbox.look }),
  );
  follow(
    store,
    ({ phase }) => phase === "failed",
    (failed) => failed && bridge.say({ type: "error", code: "not_loaded" }),
  );
}

/** The typeface of the site, for a chat that should be set in it. */
let siteFont = "";

/** Where the dashboard tries a look on: nothing is asked of the server there. */
const PREVIEW = "/widget/preview/frame";

function begin(): void {
  listenForTouch();
  const key = keyOf(location);
  const store = new Store();
  const framed = isFramed();
  store.set({ framed, open: !framed });
  store.watch(dress);
  const chat = new Chat(key, new ChatApi(key), store);
  const start = () => void chat.start().catch(() => {});
  const close = framed ? joinSite(store, chat, start) : beAPage(store, chat);
  const speak = (wanted: string | null) =>
    setLocale(wanted).then(() => store.set({ words: store.view.words + 1 }));
  draw(store, chat, key, close);
  if (!framed) void speak(null).then(start);
  else void speak(null);
}

/** Returns what the chat's own close button does. */
function joinSite(store: Store, chat: Chat, start: () => void): () => void {
  let close: () => void = () => {};
  const speak = (wanted: string | null) =>
    void setLocale(wanted).then(() => store.set({ words: store.view.words + 1 }));
  joinHost(
    (hello, bridge) => {
      siteFont = hello.font;
      speak(hello.locale);
      chat.page = hello.page;
      close = () => bridge.say({ type: "close" });
      report(bridge, store, chat);
      const identity = readIdentity(hello.identity);
      if (identity !== undefined) chat.identify(identity);
      store.set({ open: hello.open });
      if (hello.open || hello.running || chat.hasUnsent) start();
    },
    (message) => {
      if (message.type === "locale") speak(message.locale);
      else if (message.type === "identify") {
        const identity = readIdentity(message.identity);
        if (identity !== undefined) chat.identify(identity);
        else chat.onIdentity("refused", "malformed");
      } else if (message.type === "closed") store.set({ open: false });
      else {
        chat.page = message.page;
        const { focus } = store.view;
        store.set({ open: true, focus: message.focus ? focus + 1 : focus });
        start();
        chat.look();
      }
    },
  );
  return () => close();
}

function beAPage(store: Store, chat: Chat): () => void {
  chat.page = location.origin + location.pathname;
  addEventListener("beforeunload", (event) => {
    if (isStuck(store.view)) event.preventDefault();
  });
  store.set({ focus: 1 });
  return () => {};
}

function draw(store: Store, chat: Chat, key: string, close: () => void): void {
  const root = document.getElementById("chat");
  if (root)
    render(<App store={store} chat={chat} draft={draftKeeper(key)} onClose={close} />, root);
}

if (location.pathname === PREVIEW) void import("./preview.ts").then(({ run }) => run(draw, dress));
else begin();
