// Fails when the widget weighs more than a customer's site should pay for (bytes, gzip).
import { readdir, readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const dist = `${import.meta.dirname}/dist`;
const weigh = async (name) => gzipSync(await readFile(`${dist}/${name}`), { level: 9 }).length;
const isAsset = (name) => /\.(js|css)$/.test(name);
const assets = (await readdir(`${dist}/assets`)).filter(isAsset).map((name) => `assets/${name}`);

const gates = [
  { what: "loader", files: ["w.js"], most: 1_000 },
  { what: "launcher", files: ["launcher.js"], most: 6_000 },
  { what: "first open", files: ["frame.html", ...assets], most: 48_000 },
];

for (const { what, files, most } of gates) {
  const weights = await Promise.all(files.map(weigh));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const verdict = total <= most ? "ok" : "TOO HEAVY";
  process.stdout.write(`${what.padEnd(12)}${String(total).padStart(7)} of ${most}  ${verdict}\n`);
  if (total > most) process.exitCode = 1;
}
