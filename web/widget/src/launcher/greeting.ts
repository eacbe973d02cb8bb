/**
 * The line that appears beside the launcher by itself: where it was set to, once per visitor, closed for good by Escape.
 * A file of its own, fetched only by inboxes that greet. Which greetings were seen is kept in the site's own storage, and
 * the day of the first visit only where a greeting asks for it.
 */
import type { WidgetGreeting } from "@chatdesk/client/types";
import { attempt } from "./memory.ts";
import { matchesPage } from "./words.ts";

export type Greeting = WidgetGreeting;

const DAY = 24 * 3_600_000;
const SVG = "http://www.w3.org/2000/svg";
/** Stands among the seen when the visitor wants no more of them. */
const NO_MORE = "*";

/** What is due on a page for this visitor, soonest first. `visited` says when they came first. */
export function due(
  greetings: readonly Greeting[],
  page: string,
  seen: readonly string[],
  visited: () => number,
  now: number,
): Greeting | null {
  if (seen.includes(NO_MORE)) return null;
  const fitting = greetings.filter(({ id, pages, to }) => {
    if (seen.includes(id) || (pages.length > 0 && !matchesPage(pages, page))) return false;
    return to === "everyone" || now - visited() < DAY === (to === "new");
  });
  return fitting.sort((a, b) => a.after_seconds - b.after_seconds)[0] ?? null;
}

/** Where greetings are shown, and what they may do there. */
export interface Stage {
  root: HTMLElement;
  /** Under which name to remember; null: not at all. */
  key: string | null;
  /** "Close message" */
  word: () => string;
  isQuiet: () => boolean;
  open: () => void;
}

export class Greeter {
  #stage: Stage;
  #seen: string[];
  #later: ReturnType<typeof setTimeout> | undefined;
  #box: HTMLElement | null = null;
  #shown = new AbortController();

  constructor(stage: Stage) {
    this.#stage = stage;
    const kept = stage.key && attempt(() => localStorage.getItem(this.#name("greeted")), null);
    this.#seen = kept ? kept.split(" ") : [];
  }

  /** The visitor is on a page. */
  arrive(greetings: readonly Greeting[], page: string): void {
    clearTimeout(this.#later);
    const now = Date.now();
    const next = due(greetings, page, this.#seen, () => this.#visited(now), now);
    if (!next || this.#box) return;
    const show = () => this.#stage.isQuiet() || this.show(next);
    this.#later = setTimeout(show, next.after_seconds * 1_000);
  }

  show({ id, text }: Pick<Greeting, "id" | "text">): void {
    this.stop();
    this.#keep(id);
    const box = part("div", "say");
    box.setAttribute("role", "status");
    const words = part("button", "text");
    words.dir = "auto";
    const shut = part("button", "x");
    shut.setAttribute("aria-label", this.#stage.word());
    shut.append(cross());
    box.append(words, shut);
    this.#box = box;
    this.#shown = new AbortController();
    const { signal } = this.#shown;
    words.addEventListener("click", () => this.#stage.open(), { signal });
    shut.addEventListener("click", () => this.#refuse(), { signal });
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#refuse(), {
      signal,
    });
    this.#stage.root.prepend(box);
    // Said after it stands there: only then is it announced.
    words.textContent = text;
  }

  /** Nothing is shown any more, nor will be. */
  stop(): void {
    clearTimeout(this.#later);
    this.#shown.abort();
    this.#box?.remove();
    this.#box = null;
  }

  #refuse(): void {
    this.stop();
    this.#keep(NO_MORE);
  }

  #name(what: string): string {
    return `chatdesk:${what}:${this.#stage.key}`;
  }

  #keep(id: string): void {
    this.#seen = [...this.#seen.filter((each) => each !== id), id].slice(-50);
    if (this.#stage.key === null) return;
    attempt(() => localStorage.setItem(this.#name("greeted"), this.#seen.join(" ")), undefined);
  }

  #visited(now: number): number {
    const name = this.#name("first");
    return attempt(() => {
      const known = Number(localStorage.getItem(name));
      if (known === 0) localStorage.setItem(name, String(now));
      return known || now;
    }, now);
  }
}

function part<K extends "div" | "button">(name: K, className: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = className;
  if (made instanceof HTMLButtonElement) made.type = "button";
  return made;
}

function cross(): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M18 6 6 18M6 6l12 12");
  svg.append(path);
  return svg;
}
