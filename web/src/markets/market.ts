// What a market tells the app about itself. A market is one folder here, found by its `market.tsx`.

import type { ComponentType } from "preact";
import type { IconName } from "@/kit/Icon";
import type { CardPart } from "@/api/admin";
import type { Role } from "@/app/bootstrap";

export interface Market {
  /** As the server calls it; also the first part of its paths. */
  name: string;
  icon: IconName;
  /** Place on the first screen. */
  order: number;
  title: () => string;
  /** What it is for, in a few words. */
  note?: () => string;
  /** Where a person sets what they want to hear of it. */
  settings?: { path: string; title: () => string; note: () => string };
  /** Its screens, under `/{name}`; a chunk of its own. */
  App: ComponentType;
  /** What is going on for this person, on the first screen; a chunk of its own. */
  Today: ComponentType;
  /** Path for a `startapp` parameter that is this market's. */
  deepLink: (startParam: string) => string | undefined;
  /** Pages in the admin panel, under `/admin/{path}`. */
  admin: readonly AdminPage[];
  /** What this market knows of a person, on their card in the panel; a chunk of its own. */
  Card?: ComponentType<{ part: CardPart }>;
  /** This market's charts in the panel; a chunk of its own. */
  Charts?: ComponentType<{ range: ChartRange }>;
}

/** From a moment on until another one, in steps. */
export interface ChartRange {
  from: string;
  to: string;
  bucket: "hour" | "day";
}

export interface AdminPage {
  path: string;
  title: () => string;
  /** Who sees it in the menu; empty for all of the staff. What may be done is the server's word. */
  roles: readonly Role[];
  /** Queues of "today" that are worked off here, by the server's names for them; `search` is added to the address. */
  waits?: Record<string, { title: () => string; search?: string }>;
  /** A `Screen` with `back="/admin"`; also gets every address below its path. */
  Page: ComponentType;
}
