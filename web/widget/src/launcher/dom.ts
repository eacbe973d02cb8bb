/** The launcher's elements. Built node by node: no HTML text, no style attribute. */
import { css } from "./sheet.ts";

export interface Look {
  colour: string;
  text_colour: string;
  position: "right" | "left";
  label: string;
}

export interface Elements {
  host: HTMLElement;
  root: HTMLElement;
  button: HTMLButtonElement;
  badge: HTMLElement;
}

const SVG = "http://www.w3.org/2000/svg";
const TALK = "M21 11.5a8.4 8.4 0 0 1-12 7.6L3 21l1.9-5.6A8.4 8.4 0 1 1 21 11.5z";
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
export function build(look: Look): Elements {
  const host = element("div", "");
  const shadow = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];
  const root = element("div", "root");
  root.dataset.side = look.position === "left" ? "left" : "right";
  root.style.setProperty("--colour", look.colour);
  root.style.setProperty("--ink", look.text_colour);
  const button = element("button", "");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  const badge = element("span", "badge");
  badge.setAttribute("aria-hidden", "true");
  button.append(icon("talk", TALK), icon("shut", SHUT));
  if (look.label) {
    root.dataset.label = "";
    const label = element("span", "label");
    label.textContent = look.label;
    button.append(label);
  }
  button.append(badge);
  root.append(button);
  shadow.append(root);
  document.documentElement.append(host);
  return { host, root, button, badge };
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
