// What the shop's pages in the panel ask the server.

import { api, page } from "@/api/client";
import type { components } from "@/api/schema";
import { queries } from "@/app/queries";

type Schemas = components["schemas"];
export type Movement = Schemas["StockMovement"];
export type Coupon = Schemas["CouponView"];
export type { Order, Product } from "../data";

/** Whatever the panel and the shop show is asked for again. */
export const refreshShop = () => Promise.all([queries.invalidateQueries({ queryKey: ["admin"] }), queries.invalidateQueries({ queryKey: ["shop"] })]);

const after = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor });

export function loadAllProducts(q: string | undefined, active: boolean | undefined, cursor: string | undefined, signal: AbortSignal) {
  const query = { limit: 50, ...(q ? { q } : {}), ...(active === undefined ? {} : { is_active: active }), ...after(cursor) };
  return page("/products", { params: { query }, signal });
}

export const loadMoves = (id: string, cursor: string | undefined, signal: AbortSignal) =>
  page("/admin/products/{id}/stock", { params: { path: { id }, query: { limit: 20, ...after(cursor) } }, signal });

export const loadCoupons = (cursor: string | undefined, signal: AbortSignal) => page("/admin/coupons", { params: { query: { limit: 50, ...after(cursor) } }, signal });

export function loadAllOrders(status: Schemas["ShopOrderStatus"] | undefined, cursor: string | undefined, signal: AbortSignal) {
  return page("/admin/orders", { params: { query: { limit: 50, ...(status ? { status } : {}), ...after(cursor) } }, signal });
}

/** The order as the staff sees it, whoever's it is. */
export const loadOrder = (id: string, signal: AbortSignal) => api.get("/orders/{id}", { params: { path: { id } }, signal });
