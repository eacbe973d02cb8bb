/** Where the chat starts: reads the inbox's key from the address and joins the parts. */
import "./app.css";
import { render } from "preact";
import { ChatApi } from "./api.ts";
import { type Bridge, isFramed, joinHost } from "./bridge.ts";
import { Chat } from "./chat.ts";
import { draftKeeper } from "./keep.ts";
import { unread } from "./model.ts";
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
    ({ phase }) => phase === "failed",
    (failed) => failed && bridge.say({ type: "error", code: "not_loaded" }),
  );
}

const key = keyOf(location);
const store = new Store();
const framed = isFramed();
setLocale(null);
store.set({ framed, open: !framed });
store.watch(dress);
const chat = new Chat(key, new ChatApi(key), store);
const start = () => void chat.start().catch(() => {});
let close: () => void = () => {};

if (framed) {
  joinHost(
    (hello, bridge) => {
      setLocale(hello.locale);
      chat.page = hello.page;
      close = () => bridge.say({ type: "close" });
      report(bridge, store, chat);
      store.set({ open: hello.open, words: store.view.words + 1 });
      if (hello.open || hello.running || chat.hasUnsent) start();
    },
    (message) => {
      if (message.type === "locale") {
        setLocale(message.locale);
        store.set({ words: store.view.words + 1 });
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
} else {
  chat.page = location.origin + location.pathname;
  addEventListener("beforeunload", (event) => {
    if (isStuck(store.view)) event.preventDefault();
  });
  store.set({ focus: 1 });
  start();
}

const root = document.getElementById("chat");
if (root)
  render(<App store={store} chat={chat} draft={draftKeeper(key)} onClose={() => close()} />, root);
