// What the shop's screens ask the server, and what they keep of it.

import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { api, newKey, page } from "@/api/client";
import type { components } from "@/api/schema";
import { queries } from "@/app/queries";
import { toastError } from "@/kit/toast";

type Schemas = components["schemas"];
export type Product = Schemas["Product"];
export type Cart = Schemas["CartView"];
export type CartLine = Schemas["CartItemView"];
export type Order = Schemas["OrderView"];
export type Status = Schemas["ShopOrderStatus"];
export type PayWith = Schemas["PayWith"];
export type Payment = Schemas["OrderPaymentView"];

/** Most of one product in an order. */
export const QUANTITY_MAX = 1000;

export const productKey = (id: string) => ["shop", "product", id] as const;
export const CART = ["shop", "cart"] as const;
export const ORDERS = ["shop", "orders"] as const;
export const orderKey = (id: string) => ["shop", "order", id] as const;

export interface Wanted {
  q: string;
  category: string;
  sort: Sort;
}

export const SORTS = ["new", "cheap", "dear", "name"] as const;
export type Sort = (typeof SORTS)[number];

const ORDER_OF: Record<Sort, { sort_by: string; sort_desc: boolean }> = {
  new: { sort_by: "created_at", sort_desc: true },
  cheap: { sort_by: "price", sort_desc: false },
  dear: { sort_by: "price", sort_desc: true },
  name: { sort_by: "name", sort_desc: false },
};

/** A page of what is for sale. */
export function loadProducts(wanted: Wanted, cursor: string | undefined, signal: AbortSignal, limit = 20) {
  const query = {
    ...ORDER_OF[wanted.sort],
    is_active: true,
    limit,
    ...(wanted.q === "" ? {} : { q: wanted.q }),
    ...(wanted.category === "" ? {} : { category: wanted.category }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  return page("/products", { params: { query }, signal });
}

export const productOptions = (id: string) =>
  queryOptions({ queryKey: productKey(id), queryFn: ({ signal }) => api.get("/products/{id}", { params: { path: { id } }, signal }) });

export const useProduct = (id: string) => useQuery(productOptions(id));

export const cartOptions = queryOptions({ queryKey: CART, queryFn: ({ signal }) => api.get("/cart", { signal }) });

/** The cart is the server's; nobody has one without having signed in. */
export const useCart = (enabled = true) => useQuery({ ...cartOptions, enabled });

const keepCart = (cart: Cart) => queries.setQueryData(CART, cart);

/** Sets how many of a product are in the cart; none takes it out. */
export function useQuantity() {
  return useMutation({
    mutationFn: ({ id, quantity }: { id: string; quantity: number }) => {
      const path = { product_id: id };
      return quantity > 0 ? api.put("/cart/items/{product_id}", { params: { path }, body: { quantity } }) : api.delete("/cart/items/{product_id}", { params: { path } });
    },
    scope: { id: "shop.cart" },
    onSuccess: keepCart,
    onError: (error) => {
      toastError(error);
      void queries.invalidateQueries({ queryKey: CART });
    },
  });
}

export const useConfirmPrices = () => useMutation({ mutationFn: () => api.post("/cart/confirm"), onSuccess: keepCart, onError: toastError });

export const loadOrders = (cursor: string | undefined, signal: AbortSignal) =>
  page("/orders", { params: { query: { limit: 20, ...(cursor === undefined ? {} : { cursor }) } }, signal });

/** Whether the customer can still pay it: stock is promised to it. */
export const isOpen = (status: Status) => status === "created" || status === "reserved" || status === "payment_pending";

/** Remembers an order as it is now, wherever it is shown. */
export function keepOrder(order: Order): void {
  queries.setQueryData(orderKey(order.id), order);
  void queries.invalidateQueries({ queryKey: ORDERS });
}

/** An order; while its payment is under way it is looked at again every two seconds. */
export function useOrder(id: string) {
  return useQuery({
    queryKey: orderKey(id),
    queryFn: ({ signal }) => api.get("/orders/{id}", { params: { path: { id } }, signal }),
    refetchInterval: ({ state }) => (state.data === undefined ? false : !isOpen(state.data.status) ? false : state.data.pay_with ? 2_000 : 15_000),
  });
}

/** Pays, or begins to; the money's own data is asked again. */
export async function pay(id: string, way: PayWith, key: string): Promise<Payment> {
  const payment = await api.post("/orders/{id}/pay", { params: { path: { id }, header: { "Idempotency-Key": key } }, body: { pay_with: way } });
  keepOrder(payment.order);
  if (way === "balance") void queries.invalidateQueries({ queryKey: ["wallet"] });
  return payment;
}

export function useCancel(onDone: (order: Order) => void) {
  return useMutation({
    mutationFn: (id: string) => api.post("/orders/{id}/cancel", { params: { path: { id }, header: { "Idempotency-Key": newKey() } } }),
    onSuccess: (order) => {
      keepOrder(order);
      onDone(order);
    },
    onError: (error, id) => {
      toastError(error);
      void queries.invalidateQueries({ queryKey: orderKey(id) });
    },
  });
}
