/**
 * Weighs the JavaScript of the first load, gzipped: the page, and the chunks of an open
 * conversation in the inbox. Fails over the budget.
 */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET = 178_000;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const html = readFileSync(new URL("index.html", dist), "utf8");

const FIRST = [/^index\.html$/, /routes\/_desk\.tsx\?/, /routes\/_desk\.inbox(\.\$id)?\.tsx\?/];

const files = new Set([...html.matchAll(/src="\/([^"]+\.js)"/g)].map((match) => match[1]));
const seen = new Set();
const follow = (key) => {
  if (seen.has(key)) return;
  seen.add(key);
  files.add(manifest[key].file);
  for (const next of manifest[key].imports ?? []) follow(next);
};
const roots = Object.keys(manifest).filter((key) => FIRST.some((each) => each.test(key)));
if (roots.length < FIRST.length) throw new Error(`entries not found among: ${roots.join(", ")}`);
for (const root of roots) follow(root);

let total = 0;
const rows = [];
for (const file of files) {
  if (!file.endsWith(".js")) continue;
  const size = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
  total += size;
  rows.push([size, file]);
}
for (const [size, file] of rows.sort((a, b) => b[0] - a[0])) {
  process.stdout.write(`${String(size).padStart(8)}  ${file}\n`);
}
const verdict = total <= BUDGET ? "within" : "OVER";
process.stdout.write(
  `${String(total).padStart(8)}  first load, ${verdict} the budget of ${BUDGET}\n`,
);
if (total > BUDGET) process.exitCode = 1;
