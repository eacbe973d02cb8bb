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
const options = (entry, format, output) => ({
  ...shared,
  build: {
    ...common,
    rolldownOptions: {
      input: `${root}/src/${entry}`,
      preserveEntrySignatures: "strict",
      output: { format, codeSplitting: false, ...output },
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
await build(options("launcher/index.ts", "es", { entryFileNames: "launcher.js" }));
await build(
  options("app/main.tsx", "es", {
    entryFileNames: "assets/app-[hash].js",
    assetFileNames: "assets/[name]-[hash][extname]",
  }),
);

// A free name in the source, so that no minifier can copy or requote the placeholder.
const launcher = (await readFile(`${dist}/launcher.js`, "utf8")).split("__LOOK__");
if (launcher.length !== 2) throw new Error("launcher.js must read the look exactly once");
await writeFile(`${dist}/launcher.js`, launcher.join(PLACEHOLDER));

const assets = await readdir(`${dist}/assets`);
const asset = (ending) => {
  const found = assets.filter((name) => name.endsWith(ending));
  if (found.length !== 1) throw new Error(`expected one ${ending}, found ${found.length}`);
  return `/widget/assets/${found[0]}`;
};
const icon = await readFile(`${root}/src/app/icon.svg`);
const iconName = `icon-${createHash("sha256").update(icon).digest("base64url").slice(0, 8)}.svg`;
await writeFile(`${dist}/assets/${iconName}`, icon);
await copyFile(`${root}/src/test.css`, `${dist}/test.css`);

const page = await readFile(`${root}/src/app/frame.html`, "utf8");
const filled = page
  .replace(/<!--[\s\S]*?-->/g, "")
  .replace(/>\s+</g, "><")
  .replace(/\s+/g, " ")
  .replace("%CSS%", asset(".css"))
  .replace("%JS%", asset(".js"))
  .replace("%ICON%", `/widget/assets/${iconName}`);
await writeFile(`${dist}/frame.html`, `${filled.trim()}\n`);
await compress(dist);
