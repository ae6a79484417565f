// Where each queue is worked off, and what it is called. Those of the markets are told by them.

import { text } from "@/i18n";
import type { Market } from "@/markets";
import { todayTexts } from "./today.texts";

interface Place {
  title: string;
  path: string;
}

const OWN = {
  "platform.flagged_payments": ["flagged_payments", "money/flagged"],
  "platform.dead_letters": ["dead_letters", "jobs/letters"],
  "platform.dead_jobs": ["dead_jobs", "jobs/dead"],
  "platform.withdrawals_to_approve": ["withdrawals_to_approve", "money/withdrawals"],
  "platform.deposits_in_suspense": ["deposits_in_suspense", "money/deposits"],
  "telegram.undelivered": ["undelivered", "jobs/messages"],
} as const;

/** Nothing for a queue that this version of the panel has not heard of. */
export function queuePlace(name: string, markets: readonly Market[]): Place | undefined {
  const own = OWN[name as keyof typeof OWN] as (typeof OWN)[keyof typeof OWN] | undefined;
  if (own) return { title: text(todayTexts, own[0]), path: `/admin/${own[1]}` };
  for (const page of markets.flatMap((market) => market.admin)) {
    const found = page.waits?.[name];
    if (found) return { title: found.title(), path: `/admin/${page.path}${found.search ? `?${found.search}` : ""}` };
  }
  return undefined;
}
