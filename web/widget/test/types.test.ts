/** The published types, as a site's own code meets them. A line that should not compile says so. */
import { expect, it } from "vitest";
import type { Chatdesk } from "../src/chatdesk.d.ts";
import source from "../src/chatdesk.d.ts?raw";
import launcher from "../src/launcher/launcher.ts?raw";

const calls: unknown[][] = [];
const chatdesk: Chatdesk = (...call: unknown[]) => void calls.push(call);

it("lets a site say what the widget understands, and nothing else", () => {
  chatdesk("identify", { token: "x.y.z" });
  chatdesk("identify", { id: 42, exp: 1, hash: "00", name: "Lena" });
  chatdesk("setLanguage", "pt");
  chatdesk("on", "identify:rejected", ({ reason }) => reason.toUpperCase());
  chatdesk("on", "unread", (count) => count.toFixed());
  // @ts-expect-error: an id without proof is no identity
  chatdesk("identify", { id: "42" });
  // @ts-expect-error: no such event
  chatdesk("on", "text", () => {});
  // @ts-expect-error: no such command
  chatdesk("eval", "1");
  expect(calls).toHaveLength(8);
});

it("names every command that the launcher takes, and every event that it tells", () => {
  const [, table = ""] = /const actions[^{]*\{([\s\S]*?)\n {4}\};/.exec(launcher) ?? [];
  const commands = [...table.matchAll(/^ {6}(\w+):/gm)].map(([, name]) => `"${name}"`);
  const [, list = ""] = /const EVENTS = \[([\s\S]*?)\]/.exec(launcher) ?? [];
  const events = [...list.matchAll(/"([\w:]+)"/g)].map(([, name]) => name ?? "");
  expect(commands.length).toBeGreaterThan(10);
  expect(commands.filter((name) => !source.includes(name))).toEqual([]);
  expect(events.length).toBeGreaterThan(5);
  expect(events.filter((name) => !new RegExp(`^ {2}"?${name}"?: `, "m").test(source))).toEqual([]);
});
