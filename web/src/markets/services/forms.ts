// The forms of the market: a chunk of their own, since whoever looks through the feed needs none.

export { ComplaintSheet } from "./order/ComplaintSheet";
export { EditOrder } from "./customer/EditOrder";
export { NewOrder } from "./customer/NewOrder";
export { ReviewSheet } from "./order/ReviewSheet";
