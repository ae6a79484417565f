import type { Order } from "../model";

/** Makes the draft of a new order out of one that is over. */
export function repeat(order: Order): void {
  const { category, description, city } = order;
  try {
    localStorage.setItem("torg.draft.services.order", JSON.stringify({ category, description, city, contact: order.contact ?? "" }));
  } catch {
    // No storage: the form is empty.
  }
}
