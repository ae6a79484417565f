// The pages of the panel, in the order of the menu. Those of the markets stand in their folders.

import type { Bootstrap, Role } from "@/app/bootstrap";
import { text } from "@/i18n";
import { markets, type Market } from "@/markets";
import { menuTexts } from "./menu.texts";

export interface Item {
  /** Under `/admin`. */
  path: string;
  title: string;
  roles: readonly Role[];
  /** Queues of "today" that are worked off here. */
  waits: readonly string[];
}

export interface Group {
  name: string;
  title: string;
  items: Item[];
}

type Key = keyof (typeof menuTexts)["en"];

const item = (path: string, key: Key, waits: readonly string[] = [], roles: readonly Role[] = []): Item => ({ path, title: text(menuTexts, key), waits, roles });

/** Markets that this operator runs. */
export function marketsHere(app: Bootstrap | undefined): Market[] {
  return markets.filter((market) => app?.markets.some((one) => one.name === market.name));
}

/** The menu for somebody who `may`; `ton` when there is a wallet on a chain. */
export function menu(app: Bootstrap | undefined, may: (...roles: Role[]) => boolean): Group[] {
  const ton = app?.features.ton ?? false;
  const groups: Group[] = [
    {
      name: "main",
      title: text(menuTexts, "main"),
      items: [item("", "today"), item("people", "people"), item("analytics", "analytics"), item("broadcasts", "broadcasts", [], ["moderator"])],
    },
    ...marketsHere(app).map((market) => ({
      name: market.name,
      title: market.title(),
      items: market.admin.map((page) => ({ path: page.path, title: page.title(), roles: page.roles, waits: Object.keys(page.waits ?? {}) })),
    })),
    {
      name: "money",
      title: text(menuTexts, "money"),
      items: [
        item("money", "money_page"),
        ...(ton ? [item("money/withdrawals", "withdrawals", ["platform.withdrawals_to_approve"]), item("money/deposits", "deposits", ["platform.deposits_in_suspense"])] : []),
        item("money/flagged", "flagged", ["platform.flagged_payments"]),
        item("money/ledger", "ledger"),
      ],
    },
    {
      name: "works",
      title: text(menuTexts, "works"),
      items: [
        item("jobs", "jobs"),
        item("jobs/dead", "dead_jobs", ["platform.dead_jobs"]),
        item("jobs/letters", "letters", ["platform.dead_letters"]),
        item("jobs/messages", "messages", ["telegram.undelivered"]),
        item("webhooks", "webhooks"),
      ],
    },
    {
      name: "control",
      title: text(menuTexts, "control"),
      items: [item("markets", "markets"), item("settings", "settings"), item("staff", "staff", [], ["owner"]), item("audit", "audit")],
    },
  ];
  return groups
    .map((group) => ({ ...group, items: group.items.filter((one) => one.roles.length === 0 || may(...one.roles)) }))
    .filter((group) => group.items.length > 0);
}

/** Address of a page of the panel. */
export const placeOf = (path: string): string => (path === "" ? "/admin" : `/admin/${path}`);

/** The page of `groups` that `location` belongs to: the one with the longest path. */
export function activePath(groups: readonly Group[], location: string): string | undefined {
  const here = groups.flatMap((group) => group.items).filter(({ path }) => location === placeOf(path) || (path !== "" && location.startsWith(`${placeOf(path)}/`)));
  return here.sort((a, b) => b.path.length - a.path.length)[0]?.path;
}
