// What has to be loaded before anything is shown, from the manifest of the build.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const DIST = new URL("../../dist/", import.meta.url);

/** `{script, style, chunks}`: gzip sizes in bytes; of the chunks that are loaded later, by name. */
export function bundle() {
  const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", DIST), "utf8"));
  const size = (file) => gzipSync(readFileSync(new URL(file, DIST)), { level: 9 }).length;
  const first = new Set();
  const take = (name) => {
    if (first.has(name)) return;
    first.add(name);
    for (const other of manifest[name].imports ?? []) take(other);
  };
  Object.entries(manifest).filter(([, { isEntry }]) => isEntry).forEach(([name]) => take(name));
  const files = [...first].map((name) => manifest[name]);
  const sum = (list) => list.reduce((total, file) => total + size(file), 0);
  const later = Object.entries(manifest).filter(([name, { file }]) => !first.has(name) && file.endsWith(".js"));
  return {
    script: sum(files.map(({ file }) => file)),
    style: sum([...new Set(files.flatMap(({ css }) => css ?? []))]),
    later: later.map(([name, { file }]) => ({ name, size: size(file) })).sort((a, b) => b.size - a.size),
  };
}
