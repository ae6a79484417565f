import { lazy } from "preact/compat";
import { text } from "@/i18n";
import type { Market } from "@/markets/market";
import { names } from "./names";

export const market: Market = {
  name: "shop",
  icon: "shop",
  order: 2,
  title: () => text(names, "title"),
  note: () => text(names, "note"),
  App: lazy(() => import("./ShopApp")),
  Today: lazy(() => import("./ShopToday")),
  deepLink: (param) => {
    const [, kind, id] = /^(product|shop|purchase)_([\w-]+)$/.exec(param) ?? [];
    return id === undefined ? undefined : kind === "product" ? `/shop/products/${id}` : `/shop/orders/${id}`;
  },
  admin: [],
  Card: lazy(() => import("./admin/ShopCard")),
  Charts: lazy(() => import("./admin/ShopCharts")),
};
