// Writes the .br and .gz twin of each text file in the given folders, which the server sends to
// browsers that take them.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const TEXT = /\.(js|css|html|svg|json|webmanifest)$/;
/** Bytes below which a twin would not save a packet. */
const LEAST = 512;

export async function compress(folder) {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const file of files.filter((entry) => entry.isFile() && TEXT.test(entry.name))) {
    const path = join(file.parentPath, file.name);
    const bytes = await readFile(path);
    if (bytes.length < LEAST) continue;
    await writeFile(`${path}.br`, brotliCompressSync(bytes));
    await writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

if (import.meta.filename === process.argv[1]) {
  for (const folder of process.argv.slice(2)) await compress(folder);
}
