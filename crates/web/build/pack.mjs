// Compresses the built files and lists them: `node pack.mjs FOLDER`, where FOLDER/site is what Vite
// left. Writes FOLDER/br, FOLDER/gzip and, last, FOLDER/files.tsv: path, hash, and the encodings
// that there are.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[2];
const site = join(folder, "site");

const encodings = {
  br: (content) => brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  }),
  gzip: (content) => gzipSync(content, { level: 9 }),
};

const lines = [];
const files = readdirSync(site, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const paths = files.map((entry) => relative(site, join(entry.parentPath ?? entry.path, entry.name)));
for (const path of paths.sort()) {
  // Maps of the sources and Vite's own list are for whoever builds.
  if (path.endsWith(".map") || path.startsWith(".")) continue;
  if (/[^\w./-]/.test(path)) throw new Error(`${path}: only letters, digits, . _ and - in names`);
  const content = readFileSync(join(site, path));
  const kept = Object.entries(encodings).filter(([name, encode]) => {
    const small = encode(content);
    if (small.length > content.length * 0.9) return false;
    const target = join(folder, name, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, small);
    return true;
  });
  const hash = createHash("sha256").update(content).digest("base64url").slice(0, 22);
  lines.push([path.split(sep).join("/"), hash, kept.map(([name]) => name).join(",")].join("\t"));
}
writeFileSync(join(folder, "files.tsv"), `${lines.join("\n")}\n`);
