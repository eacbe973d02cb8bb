/**
 * The launcher on an empty page, dressed as the dashboard wishes: the real one, without a server and without a memory.
 * The chat in its frame is told the same.
 */
import { Launcher, type Site } from "../launcher/launcher.ts";
import { noMemory } from "../launcher/memory.ts";
import words from "../locales/launcher.json";
import { type PreviewWish, readWish } from "../shared/preview.ts";

let launcher: Launcher | null = null;
let shown: PreviewWish | null = null;

function languageOf(locale: string | null): keyof typeof words {
  const language = (locale ?? navigator.language).split("-", 1)[0] ?? "en";
  return Object.hasOwn(words, language) ? (language as keyof typeof words) : "en";
}

function siteOf({ inbox, locale }: PreviewWish): Site {
  const labels = Object.entries(inbox.widget.languages).map(([name, { label }]) => [name, label]);
  return {
    name: inbox.name,
    look: inbox.look,
    hide_on: [],
    greetings: [],
    words: words[languageOf(locale)],
    labels: Object.fromEntries(labels.filter(([, label]) => label !== "")),
  };
}

function make(wish: PreviewWish): Launcher {
  const options = {
    api: () => {},
    origin: location.origin,
    key: "preview",
    frame: "/widget/preview/frame",
    locale: wish.locale ?? undefined,
    reset: () => {},
  };
  return new Launcher(options, siteOf(wish), noMemory);
}

function tellFrame(): void {
  if (shown) launcher?.frame?.postMessage(shown, location.origin);
}

function show(wish: PreviewWish): void {
  const fresh = !launcher || shown?.locale !== wish.locale;
  const moved = fresh || shown?.state !== wish.state;
  if (fresh) launcher?.destroy();
  if (fresh) launcher = make(wish);
  shown = wish;
  launcher?.dress(siteOf(wish));
  if (moved && (wish.state === "closed" || wish.state === "greeting")) launcher?.close();
  else if (moved) launcher?.open(false);
  const [first] = wish.greetings;
  const text = first?.text || wish.inbox.greeting;
  const greets = wish.state === "greeting" && text !== "";
  if (greets) launcher?.greet((greeter) => greeter.show({ id: "preview", text }));
  else if (moved) launcher?.greet((greeter) => greeter.stop());
  tellFrame();
}

addEventListener("message", (event) => {
  // The chat says when it listens; whoever embeds us says what to be.
  if (event.origin === location.origin && event.data === "chatdesk:frame") tellFrame();
  const wish = readWish(event);
  if (wish) show(wish);
});
window.parent.postMessage("chatdesk:preview", location.origin);
