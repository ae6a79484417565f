import { lazy } from "preact/compat";
import { text } from "@/i18n";
import type { Market } from "@/markets/market";
import { askEarly } from "./feed/first";
import { names } from "./names";

export const market: Market = {
  name: "services",
  icon: "bell",
  order: 1,
  title: () => text(names, "title"),
  note: () => text(names, "note"),
  settings: { path: "/services/me/subscription", title: () => text(names, "notices"), note: () => text(names, "notices_note") },
  App: lazy(() => {
    askEarly();
    return import("./ServicesApp");
  }),
  Today: lazy(() => import("./ServicesToday")),
  deepLink: (param) => {
    const id = /^order_([\w-]+)$/.exec(param)?.[1];
    return id === undefined ? undefined : `/services/orders/${id}`;
  },
  admin: [
    { path: "services/orders", title: () => text(names, "admin_orders"), roles: [], Page: lazy(() => import("./admin/OrdersAdmin")) },
    {
      path: "services/complaints",
      title: () => text(names, "admin_complaints"),
      roles: [],
      waits: { "services.complaints": { title: () => text(names, "admin_complaints_wait") } },
      Page: lazy(() => import("./admin/ComplaintsAdmin")),
    },
    { path: "services/reviews", title: () => text(names, "admin_reviews"), roles: [], Page: lazy(() => import("./admin/ReviewsAdmin")) },
  ],
  Card: lazy(() => import("./admin/ServicesCard")),
  Charts: lazy(() => import("./admin/ServicesCharts")),
};
