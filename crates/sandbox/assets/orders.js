// The list of orders, the unfolded one with what the chosen person can do to it, and the form.

import { act, call, loadBalances, loadDetail, loadOrders, loadPerson } from "./api.js";
import { fill, h, keep } from "./dom.js";
import { changed, me, now, personById, state } from "./state.js";
import { categories, categoryName, clockTime, example, personName, pick, refusal, span, t, unbroken } from "./text.js";

const SILENCE = 15 * 60 * 1000;

export function drawOrders(box) {
  fill(
    box,
    keep("orders-head", [state.lang, state.tab, state.live, me()?.role, state.posting], head),
    state.posting ? keep("form", [state.posting, state.lang, me().id], form) : null,
    list(),
  );
}

function head() {
  const role = me()?.role;
  const tabs = ["active", role === "customer" && "mine", role === "executor" && "taken", "all"].filter(Boolean);
  return h(
    "div.orders-head",
    null,
    h(
      "div.tabs",
      { role: "group" },
      tabs.map((name) =>
        h(
          "button",
          { type: "button", ariaPressed: String(state.tab === name), "data-focus": `tab-${name}`, onclick: () => choose(name) },
          t(`tab_${name}`),
        ),
      ),
    ),
    h(`span.live.${state.live}`, null, t(`live_${state.live}`)),
    role === "customer" && !state.posting
      ? h("button.primary", { type: "button", "data-focus": "post", onclick: () => openForm(true) }, t("post"))
      : null,
  );
}

async function choose(tab) {
  Object.assign(state, { tab, orders: null, open: null, detail: null, notice: null });
  changed();
  await loadOrders();
}

let forms = 0;

/** Each form is a new one: its example has a contact that no order has yet. */
function openForm(open) {
  if (open) forms += 1;
  state.posting = open ? forms : 0;
  changed();
}

function list() {
  if (state.orders === null) return keep("orders-wait", [state.lang], () => h("p.empty", null, t("loading")));
  if (state.orders === "failed") {
    return keep("orders-failed", [state.lang], () =>
      h("p.empty", null, `${t("failed")} `, h("button", { type: "button", onclick: loadOrders }, t("retry"))),
    );
  }
  if (state.orders.length === 0) {
    return keep("orders-empty", [state.lang, state.tab], () =>
      h("p.empty", null, t(`empty_${state.tab}`), h("br"), h("small", null, t("empty_hint"))),
    );
  }
  return state.orders.map(row);
}

/** The order as known best: unfolded, the detail of the chosen person. */
function row(listed) {
  const open = state.open === listed.id;
  const order = open && state.detail?.id === listed.id ? state.detail : listed;
  const { seconds_left: _, ...facts } = order;
  const about = open ? [state.notice, state.reviewed] : null;
  return keep(`order-${order.id}`, [facts, open, about, state.me, state.lang], () =>
    h(
      `article.order.${order.status}`,
      { "data-order": order.id },
      summary(order, open),
      open ? detail(order) : null,
    ),
  );
}

function summary(order, open) {
  const active = order.status === "active";
  return h(
    "button.summary",
    {
      type: "button",
      ariaExpanded: String(open),
      "data-focus": `order-${order.id}`,
      onclick: () => (open ? fold() : unfold(order.id)),
    },
    h(
      "span.what",
      null,
      h("span.kind", null, h("b", null, categoryName(order.category)), ` · ${order.city}`),
      h("span.text", null, order.description),
    ),
    h(
      "span.facts",
      null,
      active
        ? h(
            "span.timer",
            { "data-until": Date.parse(order.expires_at), "data-from": Date.parse(order.created_at) },
            h("i.ring"),
            h("span.left"),
          )
        : h(`span.status.${order.status}`, null, t(`status_${order.status}`)),
      slots(order.taken_by),
    ),
  );
}

function slots(takes) {
  return h(
    "span.slots",
    { title: `${t("takers")}: ${t("places", { n: takes.length })}` },
    [0, 1, 2].map((i) => h(i < takes.length ? "i.full" : "i", null)),
    h("span.count", null, t("places", { n: takes.length })),
  );
}

export async function unfold(id) {
  Object.assign(state, { open: id, detail: null, notice: null, reviewed: false });
  changed();
  return loadDetail(id);
}

export function fold() {
  Object.assign(state, { open: null, detail: null, notice: null });
  changed();
}

function detail(order) {
  const person = me();
  const mine = person.role === "customer" && order.contact !== null;
  const taken = order.taken_by.some((take) => take.executor_id === person.id);
  return h(
    "div.detail",
    null,
    h("p.full-text", null, order.description),
    h(
      "dl",
      null,
      h("dt", null, t("contact")),
      h(
        "dd",
        null,
        order.contact !== null
          ? h("strong.contact", null, unbroken(order.contact))
          : h("span.hidden-contact", null, t(person.role === "executor" && order.status === "active" ? "contact_hidden" : "contact_private")),
      ),
      h("dt", null, t("takers")),
      h("dd", null, order.taken_by.length === 0 ? t("nobody") : order.taken_by.map(taker)),
      answer(order),
    ),
    order.rating === null
      ? null
      : h("p.review", null, h("span.stars-shown", { ariaLabel: t("stars", { n: order.rating }), role: "img" }, "★".repeat(order.rating)), ` ${order.review_comment ?? ""}`),
    state.notice === null
      ? null
      : h(`p.notice.${state.notice.good ? "good" : "bad"}`, { role: "status" }, state.notice.text, state.notice.code ? h("code", null, state.notice.code) : null),
    mine ? ownActions(order) : null,
    person.role === "executor" && !taken && order.status === "active" ? takeAction(order) : null,
    mine && ["completed", "expired"].includes(order.status) && order.taken_by.length > 0 && !state.reviewed ? reviewForm(order) : null,
  );
}

function taker(take) {
  const person = personById(take.executor_id);
  return h("span.taker", null, person === undefined ? `#${take.executor_id}` : personName(person.name), h("time", null, clockTime(Date.parse(take.taken_at), false)));
}

function answer(order) {
  if (order.customer_responded_at !== null) {
    return [h("dt", null, t("answered")), h("dd", null, clockTime(Date.parse(order.customer_responded_at)))];
  }
  if (order.status === "closed_no_response") return [h("dt", null, t("silent")), h("dd", null, t("returned"))];
  if (order.status !== "active" || order.taken_by.length === 0) return null;
  const first = Math.min(...order.taken_by.map((take) => Date.parse(take.taken_at)));
  return [
    h("dt", null, t("answer_by")),
    h("dd", null, h("span.timer.answer", { "data-until": first + SILENCE, "data-from": first }, h("i.ring"), h("span.left"))),
  ];
}

function takeAction(order) {
  const full = order.taken_by.length >= 3;
  return h(
    "div.actions",
    null,
    h(
      full ? "button" : "button.primary",
      { type: "button", "data-focus": "take", onclick: () => take() },
      t("take", { price: order.price ?? 2 }),
    ),
    full ? h("small", null, t("take_hint")) : null,
  );
}

function ownActions(order) {
  if (order.status !== "active") return null;
  const taken = order.taken_by.length > 0;
  const button = (name, kind, run) =>
    h(kind, { type: "button", "data-focus": name, onclick: run }, t(name));
  if (!taken) return h("div.actions", null, button("remove", "button", () => perform("delete", undefined, "removed_ok")));
  const by = h(
    "select",
    { ariaLabel: t("complete_by"), "data-focus": "by" },
    order.taken_by.map((take) => h("option", { value: take.executor_id }, personName(personById(take.executor_id)?.name ?? `#${take.executor_id}`))),
  );
  return h(
    "div.actions",
    null,
    order.customer_responded_at === null ? button("respond", "button.primary", () => perform("respond", undefined, "responded_ok")) : null,
    h("span.joined", null, by, button("complete", "button", () => perform("complete", { executor_id: Number(by.value) }, "completed_ok"))),
    button("close", "button", () => perform("close", undefined, "closed_ok")),
  );
}

function reviewForm(order) {
  const stars = [5, 4, 3, 2, 1].map((n) =>
    h("label", null, h("input", { type: "radio", name: "rating", value: n, checked: n === 5 }), h("span", null, "★".repeat(n))),
  );
  const comment = h("input", { type: "text", maxLength: 500, value: t("review_example"), ariaLabel: t("comment") });
  const form = h(
    "form.review-form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        const rating = Number(new FormData(form).get("rating"));
        review({ order_id: order.id, rating, comment: comment.value });
      },
    },
    h("fieldset", null, h("legend", null, t("review")), stars),
    comment,
    h("button.primary", { type: "submit", "data-focus": "review" }, t("send_review")),
  );
  return form;
}

/** Takes the unfolded order as the chosen person. */
export async function take() {
  return perform("take", undefined, (answer) => t("taken_ok", { balance: answer.data.new_balance }));
}

async function perform(what, body, good) {
  return working(() => act(what, body), good);
}

async function review(body) {
  return working(() => call(me(), "POST", "/api/reviews/client", body), "reviewed_ok");
}

async function working(run, good) {
  // A second click while the first one is on its way.
  if (state.busy) return null;
  state.busy = true;
  state.notice = null;
  changed();
  const answer = await run();
  state.busy = false;
  state.notice = answer.ok
    ? { good: true, text: typeof good === "function" ? good(answer) : t(good) }
    : { good: false, text: refusal(answer), code: `${answer.status} ${answer.data?.code ?? ""}`.trim() };
  changed();
  await Promise.all([loadDetail(), loadOrders(), loadPerson(), answer.ok ? loadBalances(["executor"]) : null]);
  return answer;
}

/** A number that nobody has: one active order per contact is a rule of the market. */
function freshPhone() {
  const digits = [...crypto.getRandomValues(new Uint8Array(7))].map((byte) => byte % 10).join("");
  return `+7 900 ${digits.slice(0, 3)}-${digits.slice(3, 5)}-${digits.slice(5)}`;
}

/** The example job, with a contact of its own. */
export function exampleJob() {
  return { category: example.category, description: pick(example.description), city: example.city, contact: freshPhone() };
}

function form() {
  const job = exampleJob();
  const field = (name, control) => h(`label.field-${name}`, null, h("span", null, t(name)), control);
  const form = h(
    "form.card.post-form",
    { onsubmit: (event) => { event.preventDefault(); post(Object.fromEntries(new FormData(form)), error); } },
    field("category", h("select", { name: "category" }, categories.map(([wire]) => h("option", { value: wire, selected: wire === job.category }, categoryName(wire))))),
    field("city", h("input", { name: "city", value: job.city, required: true, maxLength: 100, autocomplete: "off" })),
    field("description", h("textarea", { name: "description", rows: 3, required: true, maxLength: 1000, value: job.description })),
    field("contact", h("input", { name: "contact", value: job.contact, required: true, autocomplete: "off" })),
    h("small", null, t("contact_hint")),
    h(
      "div.actions",
      null,
      h("button.primary", { type: "submit", "data-focus": "publish" }, t("publish")),
      h("button", { type: "button", onclick: () => openForm(false) }, t("cancel")),
    ),
  );
  const error = h("p.notice.bad", { role: "alert", hidden: true });
  form.append(error);
  return form;
}

/** Posts a job as the chosen person and unfolds it. */
export async function post(job, error) {
  const answer = await call(me(), "POST", "/api/orders", job);
  if (!answer.ok) {
    if (error !== undefined) {
      error.textContent = refusal(answer);
      error.hidden = false;
      error.scrollIntoView({ block: "nearest" });
    }
    return answer;
  }
  Object.assign(state, { posting: 0, tab: "active", open: answer.data.id, detail: answer.data, reviewed: false });
  state.notice = { good: true, text: t("posted_ok") };
  await Promise.all([loadOrders(), loadPerson()]);
  return answer;
}

/** Writes the seconds into every timer on the page; called once a second. */
export function tick() {
  const at = now();
  for (const timer of document.querySelectorAll(".timer")) {
    const [from, until] = [Number(timer.dataset.from), Number(timer.dataset.until)];
    const left = Math.max(0, until - at);
    timer.style.setProperty("--part", String(Math.min(1, left / (until - from))));
    timer.classList.toggle("hurry", left < (until - from) / 4);
    timer.querySelector(".left").textContent = span(left / 1000);
  }
}
