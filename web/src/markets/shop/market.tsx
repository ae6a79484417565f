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
  admin: [
    {
      path: "shop/orders",
      title: () => text(names, "admin_orders"),
      roles: [],
      waits: { "shop.orders_to_fulfil": { title: () => text(names, "admin_to_fulfil"), search: "status=paid" } },
      Page: lazy(() => import("./admin/OrdersAdmin")),
    },
    {
      path: "shop/products",
      title: () => text(names, "admin_products"),
      roles: [],
      waits: { "shop.low_stock": { title: () => text(names, "admin_low"), search: "show=low" } },
      Page: lazy(() => import("./admin/ProductsAdmin")),
    },
    { path: "shop/coupons", title: () => text(names, "admin_coupons"), roles: [], Page: lazy(() => import("./admin/CouponsAdmin")) },
  ],
  Card: lazy(() => import("./admin/ShopCard")),
  Charts: lazy(() => import("./admin/ShopCharts")),
};
