// Every market there is a folder for, in the order of the first screen.

import type { Market } from "./market";

const found = import.meta.glob<{ market: Market }>("./*/market.tsx", { eager: true });

export const markets: readonly Market[] = Object.values(found)
  .map((module) => module.market)
  .sort((a, b) => a.order - b.order);

export type { AdminPage, Market } from "./market";
