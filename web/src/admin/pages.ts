// The panel's own pages, each a chunk of its own, by their path under `/admin`.

import type { ComponentType } from "preact";

type Load = () => Promise<{ default: ComponentType }>;

export const pages: Record<string, Load> = {
  people: () => import("./people/People"),
  "people/:id": () => import("./people/PersonPage"),
  "people/:id/ledger": () => import("./people/PersonLedger"),
  "people/:id/adjustments": () => import("./people/PersonAdjustments"),
  analytics: () => import("./analytics/Analytics"),
  broadcasts: () => import("./broadcasts/Broadcasts"),
  money: () => import("./money/Money"),
  "money/withdrawals": () => import("./money/Withdrawals"),
  "money/deposits": () => import("./money/Deposits"),
  "money/flagged": () => import("./money/Flagged"),
  "money/ledger": () => import("./money/Ledger"),
  jobs: () => import("./jobs/Jobs"),
  "jobs/dead": () => import("./jobs/DeadJobs"),
  "jobs/letters": () => import("./jobs/Letters"),
  "jobs/messages": () => import("./jobs/Messages"),
  webhooks: () => import("./control/Webhooks"),
  markets: () => import("./control/Markets"),
  settings: () => import("./settings/Settings"),
  "settings/:name": () => import("./settings/History"),
  staff: () => import("./control/Staff"),
  audit: () => import("./control/Audit"),
};
