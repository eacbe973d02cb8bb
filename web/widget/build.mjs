// Builds dist/: the loader, the launcher, the chat's page and its assets. The server embeds the result.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { build } from "vite";
import { compress } from "./compress.mjs";

const root = import.meta.dirname;
const dist = `${root}/dist`;
const PLACEHOLDER = '"__CHATDESK_LOOK__"';

const shared = {
  root,
  configFile: false,
  logLevel: "warn",
  publicDir: false,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  define: { "process.env.NODE_ENV": '"production"' },
};
const common = {
  outDir: dist,
  emptyOutDir: false,
  target: "es2022",
  minify: true,
  modulePreload: false,
  reportCompressedSize: false,
  cssCodeSplit: false,
};
const options = (entry, output) => ({
  ...shared,
  build: {
    ...common,
    rolldownOptions: {
      input: `${root}/src/${entry}`,
      preserveEntrySignatures: "strict",
      output: { format: "es", codeSplitting: false, ...output },
    },
  },
});

await rm(dist, { recursive: true, force: true });
await mkdir(`${dist}/assets`, { recursive: true });
// As a library: otherwise Vite wraps `import()` in a preload helper heavier than the loader.
await build({
  ...shared,
  build: {
    ...common,
    lib: {
      entry: `${root}/src/loader/index.ts`,
      formats: ["iife"],
      name: "_",
      fileName: () => "w.js",
    },
  },
});
await build(options("launcher/greeting.ts", { entryFileNames: "assets/greeting-[hash].js" }));
const greeting = (await readdir(`${dist}/assets`)).find((name) => name.endsWith(".js"));
shared.define.__GREETING__ = `"/widget/assets/${greeting}"`;
await build(options("launcher/index.ts", { entryFileNames: "launcher.js" }));
await build(options("preview/index.ts", { entryFileNames: "assets/preview-[hash].js" }));
// What is not in the first open is a file of its own: a language, the emoji, a form.
await build(
  options("app/main.tsx", {
    codeSplitting: true,
    entryFileNames: "assets/app-[hash].js",
    chunkFileNames: "assets/lazy-[name]-[hash].js",
    assetFileNames: "assets/[name]-[hash][extname]",
  }),
);

// A free name in the source, so that no minifier can copy or requote the placeholder.
const launcher = (await readFile(`${dist}/launcher.js`, "utf8")).split("__LOOK__");
if (launcher.length !== 2) throw new Error("launcher.js must read the look exactly once");
await writeFile(`${dist}/launcher.js`, launcher.join(PLACEHOLDER));

const assets = await readdir(`${dist}/assets`);
const asset = (start, ending) => {
  const found = assets.filter((name) => name.startsWith(start) && name.endsWith(ending));
  if (found.length !== 1) throw new Error(`expected one ${start}…${ending}, found ${found}`);
  return `/widget/assets/${found[0]}`;
};
const icon = await readFile(`${root}/src/app/icon.svg`);
const iconName = `icon-${createHash("sha256").update(icon).digest("base64url").slice(0, 8)}.svg`;
await writeFile(`${dist}/assets/${iconName}`, icon);
await copyFile(`${root}/src/chatdesk.d.ts`, `${dist}/chatdesk.d.ts`);
await copyFile(`${root}/src/test.css`, `${dist}/test.css`);
// The server puts the words of one language into the launcher.
await copyFile(`${root}/src/locales/launcher.json`, `${dist}/launcher-words.json`);

// What the chat cannot start without is fetched beside it, not after it.
const app = await readFile(`${dist}/assets/${asset("app-", ".js").split("/").at(-1)}`, "utf8");
const needed = [...app.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)].map(
  ([, file]) => `<link rel="modulepreload" href="/widget/assets/${file}">`,
);

for (const [source, name] of [
  ["app/frame.html", "frame.html"],
  ["preview/preview.html", "preview.html"],
]) {
  const page = await readFile(`${root}/src/${source}`, "utf8");
  const filled = page
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/>\s+</g, "><")
    .replace(/\s+/g, " ")
    .replace("%CSS%", asset("", ".css"))
    .replace("%JS%", asset("app-", ".js"))
    .replace("</title>", source.startsWith("app/") ? `</title>${needed.join("")}` : "</title>")
    .replace("%PREVIEW%", asset("preview-", ".js"))
    .replace("%ICON%", `/widget/assets/${iconName}`);
  await writeFile(`${dist}/${name}`, `${filled.trim()}\n`);
}
await compress(dist);
