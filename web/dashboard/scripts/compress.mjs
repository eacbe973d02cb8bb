/** Writes `.br` and `.gz` twins beside the built files, as strong as it gets: made once, served often. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const TEXT = /\.(js|css|html|svg)$/;
/** Below this many bytes a twin saves nothing. */
const WORTH_IT = 512;

for (const name of readdirSync(dist, { recursive: true })) {
  if (!TEXT.test(name)) continue;
  const bytes = readFileSync(dist + name);
  if (bytes.length < WORTH_IT) continue;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  writeFileSync(`${dist}${name}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${dist}${name}.gz`, gzipSync(bytes, { level: 9 }));
}
