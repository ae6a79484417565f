// The market's public API, as the person whose initData this is. Never throws: an answer is
// `{ok, status, data}`, with status 0 when there was none.

import { initData } from "./host.js";

export async function call(method, path, body) {
  const headers = { authorization: `tma ${initData}` };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method === "POST") headers["idempotency-key"] = crypto.randomUUID();
  try {
    const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await response.text();
    return { ok: response.ok, status: response.status, data: text === "" ? null : JSON.parse(text) };
  } catch {
    return { ok: false, status: 0, data: null };
  }
}

const at = (id) => `/api/orders/${encodeURIComponent(id)}`;

export const feed = () => call("GET", "/api/orders?status=active&limit=50");
export const mine = () => call("GET", "/api/orders?mine=true&status=all&limit=50");
export const taken = () => call("GET", "/api/orders?taken_by_me=true&status=all&limit=50");
export const order = (id) => call("GET", at(id));
export const post = (fields) => call("POST", "/api/orders", fields);
export const act = (id, what, body) => call("POST", `${at(id)}/${what}`, body);
export const balance = () => call("GET", "/api/balance");
export const lines = () => call("GET", "/api/balance/transactions?limit=10");
export const cities = (search) => call("GET", `/api/cities?search=${encodeURIComponent(search)}`);
export const invoice = (amount) => call("POST", "/api/balance/create-invoice", { amount, provider: "stars" });
export const payment = (id) => call("GET", `/api/balance/payment/${encodeURIComponent(id)}/status`);

/** Runs `heard` soon after something has changed in the market. */
export function follow(heard) {
  let planned = null;
  const soon = () => {
    planned ??= setTimeout(() => {
      planned = null;
      heard();
    }, 150);
  };
  const source = new EventSource("/api/orders/stream");
  const kinds = ["created", "updated", "deleted", "taken", "full", "responded", "completed", "expired", "closed"];
  for (const name of ["reset", ...kinds.map((kind) => `order_${kind}`)]) source.addEventListener(name, soon);
}
