/**
 * What the launcher (on the customer's site) and the frame (on our origin) may say to each other.
 * No text of the chat and no token ever crosses: the site's own scripts could read it.
 */
import type { Look } from "@chatdesk/client/types";

/** Sent once by `postMessage` with the port; everything after it goes through the port. */
export interface Hello {
  chatdesk: "hello";
  nonce: string;
  open: boolean;
  /** A chat is running: connect at once, though the panel is closed. */
  running: boolean;
  locale: string | null;
  /** The page's address without query and fragment, which may hold secrets. */
  page: string;
  /** What the site said of who the visitor is, as JSON; empty: nothing. */
  identity: string;
  /** The site's own typeface; the chat takes it where it was set so and the browser has it. */
  font: string;
}

export const IDENTITY_STATES = ["verified", "claimed", "refused", "left"] as const;
export type IdentityState = (typeof IDENTITY_STATES)[number];

export type ToFrame =
  | { type: "open"; page: string; focus: boolean }
  | { type: "closed" }
  | { type: "locale"; locale: string }
  /** JSON, see `readIdentity`; `null`: forget who it was. */
  | { type: "identify"; identity: string };

export type ToHost =
  | { type: "ready"; nonce: string }
  | { type: "close" }
  | { type: "unread"; count: number }
  | { type: "running"; on: boolean }
  /** Messages wait for the network: leaving the page asks first, which a sandboxed frame cannot. */
  | { type: "unsent"; on: boolean }
  | { type: "message"; from: "agent" | "user" }
  | { type: "error"; code: string }
  | { type: "identified"; state: IdentityState; reason: string }
  | { type: "look"; name: string; look: Look };

type Check = (value: unknown) => boolean;
const text: Check = (value) => typeof value === "string" && value.length <= 2048;
/** A token has up to 4 kB. */
const statement: Check = (value) => typeof value === "string" && value.length <= 8192;
const flag: Check = (value) => typeof value === "boolean";
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const oneOf =
  (...words: string[]): Check =>
  (value) =>
    words.includes(value as string);
const LOOK: Record<keyof Look, Check> = {
  colour: text,
  text_colour: text,
  position: oneOf("right", "left"),
  label: text,
  font: oneOf("system", "site"),
  space_side: count,
  space_bottom: count,
  corner: count,
  icon: oneOf("chat", "question", "wave"),
  z_index: count,
};
const look: Check = (value) =>
  typeof value === "object" && value !== null && matches(value, LOOK, "");
const side: Check = (value) => value === "agent" || value === "user";

const TO_FRAME: Record<ToFrame["type"], Record<string, Check>> = {
  open: { page: text, focus: flag },
  closed: {},
  locale: { locale: text },
  identify: { identity: statement },
};
const TO_HOST: Record<ToHost["type"], Record<string, Check>> = {
  ready: { nonce: text },
  close: {},
  unread: { count },
  running: { on: flag },
  unsent: { on: flag },
  message: { from: side },
  error: { code: text },
  identified: { state: oneOf(...IDENTITY_STATES), reason: text },
  look: { name: text, look },
};

function matches(value: unknown, shape: Record<string, Check>, tag: string): boolean {
  const fields = value as Record<string, unknown>;
  const names = Object.keys(fields);
  return (
    names.length === Object.keys(shape).length + (tag === "" ? 0 : 1) &&
    names.every((name) => name === tag || shape[name]?.(fields[name]) === true)
  );
}

function read<T>(value: unknown, shapes: Record<string, Record<string, Check>>): T | null {
  if (typeof value !== "object" || value === null) return null;
  const { type } = value as { type?: unknown };
  if (typeof type !== "string" || !Object.hasOwn(shapes, type)) return null;
  return matches(value, shapes[type] as Record<string, Check>, "type") ? (value as T) : null;
}

export const readToFrame = (value: unknown) => read<ToFrame>(value, TO_FRAME);
export const readToHost = (value: unknown) => read<ToHost>(value, TO_HOST);

export function readHello(value: unknown): Hello | null {
  if (typeof value !== "object" || value === null) return null;
  const hello = value as Partial<Hello>;
  const nullableText: Check = (locale) => locale === null || text(locale);
  const shape = {
    nonce: text,
    open: flag,
    running: flag,
    locale: nullableText,
    page: text,
    identity: statement,
    font: text,
  };
  return hello.chatdesk === "hello" && matches(value, shape, "chatdesk") ? (value as Hello) : null;
}
