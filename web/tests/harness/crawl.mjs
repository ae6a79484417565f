// Finds every screen that a person can reach by pressing links, and looks at one of each kind.

import { goTo } from "./browser.mjs";

/** Where no link of the first screens leads: the other side of the services, and what a button opens. */
export const STARTS = ["/", "/services/feed", "/services/takes", "/services/orders", "/shop/checkout", "/wallet?topup=1"];

/** `/services/orders/WB8PjSaesISr` and all of its kind are `/services/orders/:id`. */
export function kindOf(path) {
  const [place, query] = path.split("?");
  const parts = place.split("/").map((part) => (/^\d+$/.test(part) || (/\d|[A-Z]/.test(part) && part.length >= 8) || /^[0-9a-f-]{20,}$/.test(part) ? ":id" : part));
  const names = [...new URLSearchParams(query ?? "").keys()].sort();
  return parts.join("/") + (names.length > 0 ? `?${names.join("&")}` : "");
}

export const linksOf = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("a[href]")]
      .map((link) => new URL(link.href))
      .filter((url) => url.origin === location.origin && url.pathname.startsWith("/app"))
      .map((url) => `${url.pathname.slice("/app".length) || "/"}${url.search}`),
  );

/**
 * Follows the links of the app from `from` on and calls `look(path, kind)` on each screen, `each` of
 * a kind at most. Returns what it has seen: kinds, in the order of seeing.
 */
export async function crawl(page, { from = STARTS, each = 1, skip = /^$/, look, most = 150 }) {
  const waiting = [...from];
  const known = new Set(from);
  const seen = new Map();
  while (waiting.length > 0) {
    const path = waiting.shift();
    const kind = kindOf(path);
    const times = seen.get(kind) ?? 0;
    if (times >= each || skip.test(path)) continue;
    if ([...seen.values()].reduce((sum, n) => sum + n, 0) >= most) throw new Error(`more than ${most} screens: ${[...seen.keys()].join(" ")}`);
    seen.set(kind, times + 1);
    await goTo(page, path);
    await look(path, kind);
    for (const link of await linksOf(page)) {
      if (known.has(link)) continue;
      known.add(link);
      waiting.push(link);
    }
  }
  // Whoever leaves out a screen looks at nothing.
  for (const path of from) if (!seen.has(kindOf(path)) && !skip.test(path)) throw new Error(`${path} was not seen`);
  return [...seen.keys()];
}
