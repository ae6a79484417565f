// What a market tells the app about itself. A market is one folder here, found by its `market.tsx`.

import type { ComponentType } from "preact";
import type { IconName } from "@/kit/Icon";
import type { Role } from "@/app/bootstrap";

export interface Market {
  /** As the server calls it; also the first part of its paths. */
  name: string;
  icon: IconName;
  /** Place on the first screen. */
  order: number;
  title: () => string;
  /** Its screens, under `/{name}`; a chunk of its own. */
  App: ComponentType;
  /** What is going on for this person, on the first screen; a chunk of its own. */
  Today: ComponentType;
  /** Path for a `startapp` parameter that is this market's. */
  deepLink: (startParam: string) => string | undefined;
  /** Pages in the admin panel, under `/admin/{path}`. */
  admin: readonly AdminPage[];
}

export interface AdminPage {
  path: string;
  title: () => string;
  /** Who sees it in the menu; empty for all of the staff. What may be done is the server's word. */
  roles: readonly Role[];
  Page: ComponentType;
}
