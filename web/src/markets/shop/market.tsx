import { lazy } from "preact/compat";
import { text } from "@/i18n";
import type { Market } from "@/markets/market";
import { names } from "./names";

export const market: Market = {
  name: "shop",
  icon: "shop",
  order: 2,
  title: () => text(names, "title"),
  App: lazy(() => import("./ShopApp")),
  Today: lazy(() => import("./ShopToday")),
  deepLink: (param) => {
    const id = /^product_([\w-]+)$/.exec(param)?.[1];
    return id === undefined ? undefined : `/shop/products/${id}`;
  },
  admin: [],
  Card: lazy(() => import("./admin/ShopCard")),
  Charts: lazy(() => import("./admin/ShopCharts")),
};
