/**
 * The snippet's script, under 1 kB: takes calls from the first moment and fetches the launcher
 * once the page has loaded and is idle. Nothing else may live here.
 */
import type { Api, BootOptions } from "../shared/api.ts";

(() => {
  const script = (document.currentScript ??
    document.querySelector("script[data-key]")) as HTMLScriptElement | null;
  const before = window.chatdesk;
  if (!script || before?.v) return;
  const origin = new URL(script.src).origin;
  const data = script.dataset;
  const queue = Array.from(before?.q ?? []);
  let asked = "";

  const begin = (options: BootOptions) => {
    const key = options.key || data.key;
    if (!key || asked || (data.consent === "wait" && !options.consent)) return;
    asked = key;
    const locale = options.locale || data.locale;
    const reset = () => {
      asked = "";
    };
    // `import()` because setting a script's address is refused under Trusted Types.
    const address = (language: string) =>
      `${origin}/widget/launcher.js?key=${encodeURIComponent(key)}&lang=${encodeURIComponent(language)}`;
    const language = locale || document.documentElement.lang || navigator.language;
    const load = () =>
      import(/* @vite-ignore */ address(language)).then(
        (launcher) => launcher.start({ api, origin, key, locale, address, reset }),
        reset,
      );
    const idle = () => (window.requestIdleCallback ?? setTimeout)(load, { timeout: 3e3 } as never);
    if (document.readyState === "complete") idle();
    else addEventListener("load", idle);
  };

  const api: Api = (...call) => {
    if (api.h) return api.h(call);
    queue.push(call);
    if (call[0] === "boot") begin((call[1] as BootOptions) ?? {});
  };
  api.q = queue;
  api.v = 1;
  window.chatdesk = api;
  begin({});
  for (const call of queue) if (call[0] === "boot") begin((call[1] as BootOptions) ?? {});
})();
