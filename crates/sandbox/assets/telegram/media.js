// Pictures and files of messages, from the local Telegram itself.

import { h } from "../dom.js";
import { t } from "../text.js";
import { icon } from "./icons.js";

const place = (id) => `/_sandbox/telegram/files/${encodeURIComponent(id)}`;

/** A picture; one that lives on another server stays a word, for the page asks no other server. */
export function photo(sizes) {
  const best = sizes.at(-1);
  const box = h("div.media", null, icon("photo"), t("tg_photo"));
  if (best !== undefined) show(box, best);
  return box;
}

async function show(box, { file_id: id, width, height }) {
  try {
    const answer = await fetch(place(id), { method: "HEAD" });
    if (!answer.ok || !/^image\/(png|jpeg|gif|webp)$/.test(answer.headers.get("content-type") ?? "")) return;
  } catch {
    return;
  }
  box.replaceWith(h("img.photo", { src: place(id), alt: t("tg_photo"), width, height }));
}

export function file(document) {
  const name = document.file_name ?? t("tg_file");
  return h("a.media", { href: place(document.file_id), download: name }, icon("file"), h("span", null, name));
}
