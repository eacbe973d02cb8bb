/** Where the launcher starts: with the inbox that the server put into this file. */
import type { Api, StartOptions } from "../shared/api.ts";
import { Launcher, type Site } from "./launcher.ts";
import { memoryFor } from "./memory.ts";
import type { Words } from "./words.ts";

/** The build puts `"__CHATDESK_LOOK__"` here, and the server the inbox in its place. */
declare const __LOOK__: Site;
const SITE = __LOOK__;
/** The same file brings them in every language. */
export const words = (): Words => SITE.words;

/** Called by the loader, once per boot. */
export function start(options: StartOptions): void {
  const { api }: { api: Api } = options;
  const launcher = new Launcher(options, SITE, memoryFor(options.key));
  const waiting = api.q?.splice(0) ?? [];
  for (const call of waiting) launcher.handle(call);
  // A waiting `destroy`, or a `boot` with another key, may have ended this one already.
  if (launcher.destroyed) return;
  api.h = (call) => launcher.handle(call);
  launcher.ready();
}
