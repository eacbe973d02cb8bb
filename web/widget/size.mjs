// Fails when the widget weighs more than a customer's site should pay for (bytes, gzip).
import { readdir, readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const dist = `${import.meta.dirname}/dist`;
const LANGUAGE = /^lazy-(de|fr|es|pt|ar|zh|hi)-/;
const weigh = async (name) => gzipSync(await readFile(`${dist}/${name}`), { level: 9 }).length;
const assets = (await readdir(`${dist}/assets`)).filter((name) => /\.(js|css)$/.test(name));
const files = (pick) => assets.filter(pick).map((name) => `assets/${name}`);
const most = async (names) => {
  const weights = await Promise.all(names.map(async (name) => [await weigh(name), name]));
  return weights.sort(([a], [b]) => b - a)[0] ?? [0, null];
};

const [, heaviest] = await most(files((name) => LANGUAGE.test(name)));
/** A file and what it cannot start without. */
const withImports = async (name, seen = new Set()) => {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = await readFile(`${dist}/${name}`, "utf8");
  for (const [, file] of text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) {
    await withImports(`assets/${file}`, seen);
  }
  return seen;
};
const [app] = files((name) => /^app-.*\.js$/.test(name));
const opened = [...(await withImports(app)), ...files((name) => name.endsWith(".css"))];
const lazy = files((name) => name.startsWith("lazy-")).filter((name) => !opened.includes(name));
const gates = [
  { what: "loader", files: ["w.js"], most: 1_000 },
  { what: "launcher", files: ["launcher.js"], most: 6_000 },
  { what: "first open", files: ["frame.html", ...opened, heaviest].filter(Boolean), most: 48_000 },
  ...lazy.map((name) => ({
    what: name.replace(/^assets\/lazy-(\w+)-.*$/, "$1"),
    files: [name],
    most: LANGUAGE.test(name.slice("assets/".length))
      ? 3_000
      : /lazy-emoji/.test(name)
        ? 8_000
        : 4_000,
  })),
];

for (const { what, files: named, most: limit } of gates) {
  const weights = await Promise.all(named.map(weigh));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const verdict = total <= limit ? "ok" : "TOO HEAVY";
  process.stdout.write(`${what.padEnd(12)}${String(total).padStart(7)} of ${limit}  ${verdict}\n`);
  if (total > limit) process.exitCode = 1;
}
