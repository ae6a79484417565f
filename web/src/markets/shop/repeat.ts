import { api } from "@/api/client";
import { ApiError } from "@/api/errors";
import { queries } from "@/app/queries";
import { CART, type Order } from "./data";

/** Puts what was ordered into the cart, as far as it is still sold. */
export async function repeat(order: Order): Promise<{ put: number; missed: number }> {
  const wanted = new Map<string, number>();
  for (const item of order.items) wanted.set(item.product_id, (wanted.get(item.product_id) ?? 0) + item.quantity);
  let put = 0;
  for (const [product_id, quantity] of wanted) {
    try {
      queries.setQueryData(CART, await api.put("/cart/items/{product_id}", { params: { path: { product_id } }, body: { quantity: Math.min(quantity, 1000) } }));
      put += 1;
    } catch (error) {
      // What is no longer sold stays out; whatever else went wrong is told.
      if (!(error instanceof ApiError) || error.code !== "product_unavailable") throw error;
    }
  }
  return { put, missed: wanted.size - put };
}
