// The HTTP API as the page uses it: one function that calls and logs, and the readings that keep
// the page up to date. Nothing here knows how anything looks.

import { token } from "./dom.js";
import { changed, me, state } from "./state.js";

const KEPT = 200;
let calls = 0;

/**
 * One call as `person` (or as nobody). Never throws: an answer is `{ok, status, data}`, with
 * status 0 when there was none. `kind` is `act` for what somebody did, `quiet` for what is read again
 * and again and stays out of the log, and `read` for the rest.
 */
export async function call(person, method, path, body, kind = "act") {
  let answer = await once(person, method, path, body, kind);
  if (answer.status === 401 && person !== null) {
    // Signed too long ago: the clock can be moved by days.
    await loadPeople();
    const again = state.people.find((other) => other.id === person.id) ?? person;
    answer = await once(again, method, path, body, kind);
  }
  return answer;
}

async function once(person, method, path, body, kind) {
  const headers = { accept: "application/json" };
  if (person !== null) headers.authorization = `Bearer ${person.init_data}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method === "POST" && !path.startsWith("/_")) headers["idempotency-key"] = token(20);
  const started = performance.now();
  const answer = { ok: false, status: 0, data: null };
  try {
    const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    answer.ok = response.ok;
    answer.status = response.status;
    const text = await response.text();
    answer.data = parse(text);
  } catch {
    answer.data = null;
  }
  if (kind === "quiet") return answer;
  calls += 1;
  state.log.unshift({
    id: calls,
    at: Date.now(),
    who: person?.name ?? null,
    method,
    path,
    kind,
    sent: body,
    status: answer.status,
    received: answer.data,
    took: Math.round(performance.now() - started),
  });
  state.log.length = Math.min(state.log.length, KEPT);
  changed();
  return answer;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text === "" ? null : text;
  }
}

export async function loadPeople() {
  const answer = await once(null, "GET", "/_sandbox/people", undefined, "read");
  if (!answer.ok) return;
  state.people = answer.data;
  if (me() === undefined) state.me = state.people[0]?.id ?? 0;
  changed();
}

export async function loadClock() {
  took(await once(null, "GET", "/_clock", undefined, "read"));
}

/** Moves the market's clock forward. */
export async function advance(seconds) {
  const answer = await call(null, "POST", "/_clock", { advance_seconds: seconds });
  took(answer);
  if (answer.ok) {
    // What they signed has grown old with the clock.
    await loadPeople();
    await refresh(true);
  }
  return answer;
}

function took(answer) {
  const at = Date.parse(answer.data?.now);
  if (!answer.ok || Number.isNaN(at)) return;
  const skew = at - Date.now();
  state.clock = { skew, ahead: Math.abs(skew) < 5000 ? 0 : Math.round(skew / 1000), movable: true };
  changed();
}

const lists = {
  active: "status=active",
  mine: "mine=true&status=all",
  taken: "taken_by_me=true&status=all",
  all: "status=all",
};

let lastList = 0;

/** The list of the chosen tab. A list asked for later wins over one that is late. */
export async function loadOrders() {
  if (me() === undefined) return;
  lastList += 1;
  const mine = lastList;
  const answer = await call(me(), "GET", `/api/orders?${lists[state.tab]}&limit=50`, undefined, "read");
  if (mine !== lastList) return;
  if (answer.ok) {
    state.orders = answer.data.orders;
    // Whoever looks at an order keeps it, even when it has just left the list.
    if (state.detail !== null && state.detail.id === state.open && !state.orders.some((order) => order.id === state.open)) {
      state.orders.unshift(state.detail);
    }
  } else {
    state.orders ??= "failed";
  }
  changed();
}

/** The unfolded order as the chosen person sees it. */
export async function loadDetail(id = state.open) {
  if (id === null || (state.detail?.id === id && state.detail.status === "deleted")) return null;
  const person = me();
  const answer = await call(person, "GET", `/api/orders/${encodeURIComponent(id)}`, undefined, "read");
  if (state.open !== id || state.me !== person.id) return null;
  if (answer.ok) state.detail = answer.data;
  else if (answer.status === 404 && state.detail !== null) state.detail = { ...state.detail, status: "deleted" };
  if (answer.ok) {
    if (Array.isArray(state.orders)) {
      const at = state.orders.findIndex((order) => order.id === id);
      if (at >= 0) state.orders[at] = answer.data;
      else state.orders.unshift(answer.data);
    }
    await loadReviewed(answer.data);
  }
  changed();
  return answer.ok ? answer.data : null;
}

async function loadReviewed(order) {
  state.reviewed = false;
  const mine = order.contact !== null && me().role === "customer";
  if (!mine || !["completed", "expired"].includes(order.status) || order.taken_by.length === 0) return;
  const path = `/api/reviews/check?order_id=${encodeURIComponent(order.id)}`;
  const answer = await call(me(), "GET", path, undefined, "read");
  state.reviewed = answer.ok && answer.data.submitted;
}

export async function loadBalance(person) {
  const answer = await call(person, "GET", "/api/balance", undefined, "read");
  if (answer.ok) state.balances.set(person.id, answer.data.balance);
  changed();
}

export async function loadBalances(roles = ["customer", "executor", "operator"]) {
  await Promise.all(state.people.filter((person) => roles.includes(person.role)).map(loadBalance));
}

/** Profile and statement of the chosen person; counters for the operator. */
export async function loadPerson() {
  const person = me();
  const [profile, statement] = await Promise.all([
    call(person, "GET", "/api/users/me", undefined, "read"),
    call(person, "GET", "/api/balance/transactions?limit=20", undefined, "read"),
  ]);
  if (state.me !== person.id) return;
  state.profile = profile.ok ? profile.data : null;
  if (profile.ok) state.balances.set(person.id, profile.data.balance);
  state.statement = statement.ok ? statement.data.transactions : [];
  if (person.role === "operator") await loadCounters();
  changed();
}

async function loadCounters() {
  const [health, metrics] = await Promise.all([
    call(null, "GET", "/health", undefined, "read"),
    call(null, "GET", "/metrics", undefined, "read"),
  ]);
  state.health = health.ok;
  const counters = { orders_created_total: 0, orders_taken_total: 0, balance_transactions_total: 0 };
  for (const line of typeof metrics.data === "string" ? metrics.data.split("\n") : []) {
    const name = /^\w+/.exec(line)?.[0];
    if (name in counters) counters[name] += Number(line.slice(line.lastIndexOf(" ")));
  }
  state.counters = metrics.ok ? counters : null;
}

const others = [];

/** `load` runs whenever everything is read anew. */
export function alsoLoad(load) {
  others.push(load);
}

export async function loadOthers() {
  await Promise.all(others.map((load) => load()));
}

/** Everything that may have changed; with `money`, everybody's balance too. */
export async function refresh(money = false) {
  await Promise.all([loadOrders(), loadDetail(), loadPerson(), loadOthers(), money ? loadBalances(["executor"]) : null]);
}

/** Recharges without a payment, which only a demo allows. */
export async function recharge(person, amount) {
  const answer = await call(person, "POST", "/api/balance/recharge", { amount });
  if (answer.ok) state.balances.set(person.id, answer.data.new_balance);
  changed();
  return answer;
}

/** Posts, takes, answers and so on: `act("take")` for `POST /api/orders/{open}/take`. */
export async function act(what, body, person = me()) {
  const path = `/api/orders/${encodeURIComponent(state.open)}`;
  const answer =
    what === "delete" ? await call(person, "DELETE", path) : await call(person, "POST", `${path}/${what}`, body);
  if (what === "take" && answer.ok) state.balances.set(person.id, answer.data.new_balance);
  return answer;
}

const kinds = ["created", "updated", "deleted", "taken", "full", "responded", "completed", "expired", "closed"];

/** Follows the live stream: every event makes `heard` run. */
export function follow(heard) {
  const source = new EventSource("/api/orders/stream");
  source.addEventListener("open", () => {
    const back = state.live === "lost";
    state.live = "open";
    changed();
    if (back) heard();
  });
  source.addEventListener("error", () => {
    state.live = source.readyState === EventSource.CLOSED ? "lost" : "connecting";
    changed();
    // The browser gives up after an answer that is no stream; we do not.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(heard), 5000);
  });
  for (const name of ["reset", ...kinds.map((kind) => `order_${kind}`)]) source.addEventListener(name, heard);
}
