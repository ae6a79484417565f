// The first page of the feed, asked for while its screens are still on their way.

import { api } from "@/api/client";
import { keptRole, keptText } from "../kept";
import { CATEGORIES, type Category } from "../model";

/** Small, so that it is there soon. */
export const FIRST = 20;

export interface Filter {
  category: Category | "";
  city: string;
}

export const askPage = (filter: Filter, limit: number, cursor: string | undefined, signal?: AbortSignal) =>
  api.get("/api/orders", { params: { query: { limit, cursor, category: filter.category || undefined, city: filter.city || undefined } }, ...(signal ? { signal } : {}) });

export function keptFilter(): Filter {
  const category = keptText("feed.category");
  return { category: CATEGORIES.find((one) => one === category) ?? "", city: keptText("feed.city") };
}

type Page = ReturnType<typeof askPage>;
let early: { key: string; page: Page } | undefined;
const keyOf = (filter: Filter) => `${filter.category}\n${filter.city}`;

/** To be called when the app was opened at the feed. */
export function askEarly(): void {
  const path = location.pathname.replace(/\/$/, "");
  if (!path.endsWith("/services/feed") && !(path.endsWith("/services") && keptRole() === "executor")) return;
  const filter = keptFilter();
  const page = askPage(filter, FIRST, undefined);
  page.catch(() => undefined);
  early = { key: keyOf(filter), page };
}

/** The first page; the one that was asked for early is given away once. */
export function firstPage(filter: Filter, signal: AbortSignal): { page: Page; isEarly: boolean } {
  const given = early?.key === keyOf(filter) ? early.page : undefined;
  early = undefined;
  return { page: given ?? askPage(filter, FIRST, undefined, signal), isEarly: given !== undefined };
}
