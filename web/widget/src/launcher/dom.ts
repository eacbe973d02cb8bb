/** The launcher's elements. Built node by node: no HTML text, no style attribute. */
import type { Look } from "@chatdesk/client/types";
import { css } from "./sheet.ts";

export interface Elements {
  host: HTMLElement;
  root: HTMLElement;
  button: HTMLButtonElement;
  badge: HTMLElement;
  label: HTMLElement;
  icon: SVGElement;
}

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  chat: "M21 11.5a8.4 8.4 0 0 1-12 7.6L3 21l1.9-5.6A8.4 8.4 0 1 1 21 11.5z",
  question:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.3 9.2a2.8 2.8 0 0 1 5.4 1c0 1.8-2.7 2.6-2.7 2.6M12 16.5h.01",
  wave: "M7 12.5 5.2 9.4a1.4 1.4 0 0 1 2.4-1.4l2.2 3.8-3-5.2A1.4 1.4 0 0 1 9.2 5l3 5.3-2.3-4a1.4 1.4 0 0 1 2.4-1.4l3.3 5.7.2-2.2a1.5 1.5 0 0 1 3 .1l-.3 5.2a6.5 6.5 0 0 1-12 3.2z",
};
const SHUT = "m6 9 6 6 6-6";

function icon(name: string, path: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", name);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, className: string) {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

/** The host stands outside `body`: a page that swaps or transforms its body keeps the launcher. */
export function build(): Elements {
  const host = element("div", "");
  const shadow = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];
  const root = element("div", "root");
  const button = element("button", "launch");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  const badge = element("span", "badge");
  badge.setAttribute("aria-hidden", "true");
  const label = element("span", "label");
  const talk = icon("talk", ICONS.chat);
  button.append(talk, icon("shut", SHUT), label, badge);
  root.append(button);
  shadow.append(root);
  document.documentElement.append(host);
  return { host, root, button, badge, label, icon: talk };
}

/** Gives the launcher its looks, now or after a change. */
export function dress({ root, label, icon }: Elements, look: Look, words: string): void {
  const { style } = root;
  root.dataset.side = look.position === "left" ? "left" : "right";
  style.setProperty("--colour", look.colour);
  style.setProperty("--ink", look.text_colour);
  style.setProperty("--side", `${look.space_side}px`);
  style.setProperty("--bottom", `${look.space_bottom}px`);
  style.setProperty("--corner", `${look.corner}px`);
  style.setProperty("--layer", String(look.z_index));
  style.setProperty("font-family", look.font === "site" ? siteFont() : "");
  icon.firstElementChild?.setAttribute("d", ICONS[look.icon] ?? ICONS.chat);
  label.textContent = words;
  root.toggleAttribute("data-label", words !== "");
}

/** The typeface that the page itself is set in. */
export function siteFont(): string {
  return document.body ? getComputedStyle(document.body).fontFamily.slice(0, 500) : "";
}

const SANDBOX =
  "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads";

export function buildFrame(src: string, title: string): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.setAttribute("sandbox", SANDBOX);
  frame.setAttribute("allow", "clipboard-write");
  frame.referrerPolicy = "origin";
  frame.src = src;
  return frame;
}
