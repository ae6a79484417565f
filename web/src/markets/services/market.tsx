import { lazy } from "preact/compat";
import { text } from "@/i18n";
import type { Market } from "@/markets/market";
import { names } from "./names";

export const market: Market = {
  name: "services",
  icon: "bell",
  order: 1,
  title: () => text(names, "title"),
  note: () => text(names, "note"),
  settings: { path: "/services/me/subscription", title: () => text(names, "notices"), note: () => text(names, "notices_note") },
  App: lazy(() => import("./ServicesApp")),
  Today: lazy(() => import("./ServicesToday")),
  deepLink: (param) => {
    const id = /^order_([\w-]+)$/.exec(param)?.[1];
    return id === undefined ? undefined : `/services/orders/${id}`;
  },
  admin: [],
};
