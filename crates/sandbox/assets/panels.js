// The people, and the cards at the side: the chosen person, the clock, the log of calls.

import { advance, loadOrders, loadOthers, loadPerson, recharge } from "./api.js";
import { appLinks } from "./app-links.js";
import { fill, h, keep } from "./dom.js";
import { unfold } from "./orders.js";
import { changed, freshShop, me, now, state } from "./state.js";
import { scheme } from "./telegram/theme.js";
import { clockTime, duration, knows, personName, refusal, roubles, signed, t } from "./text.js";
import { forgetTon } from "./ton-api.js";

const initials = (name) => name.split(" ").map((word) => word[0]).join("").slice(0, 2);

export function avatar(person, size = "") {
  return h(`span.avatar.p${state.people.indexOf(person)}${size}`, { ariaHidden: "true" }, initials(personName(person.name)));
}

export function drawPeople(box) {
  fill(
    box,
    state.people.map((person) => {
      const chosen = person.id === state.me;
      const balance = state.balances.get(person.id);
      return keep(`person-${person.id}`, [chosen, balance, state.lang], () =>
        h(
          "button.person",
          { type: "button", ariaPressed: String(chosen), "data-focus": `person-${person.id}`, onclick: () => become(person.id) },
          avatar(person),
          h("span.who", null, h("b", null, personName(person.name).split(" ")[0]), h("small", null, t(person.role))),
          h("span.money", null, balance === undefined ? "…" : roubles(balance)),
        ),
      );
    }),
  );
  // On a phone the row scrolls; whoever acts is in sight.
  if (inSight === state.me) return;
  inSight = state.me;
  const chosen = box.querySelector("[aria-pressed=true]");
  if (chosen !== null) box.scrollTo({ left: chosen.offsetLeft - (box.clientWidth - chosen.offsetWidth) / 2 });
}

let inSight = 0;

/** Everything from now on is done and seen as this person. */
export async function become(id) {
  if (state.me === id) return;
  const open = state.open;
  Object.assign(state, { me: id, profile: null, statement: null, counters: null, posting: 0, detail: null, notice: null, reviewed: false, shop: freshShop() });
  forgetTon();
  if (["mine", "taken"].includes(state.tab)) state.tab = "active";
  changed();
  await Promise.all([loadOrders(), loadPerson(), loadOthers(), open === null ? null : unfold(open)]);
}

export function drawPerson(box) {
  const person = me();
  if (person === undefined) return;
  const facts = [person.id, state.balances.get(person.id), state.profile, state.statement, state.counters, state.health, state.lang, scheme()];
  fill(box, keep("person-card", facts, () => personCard(person)));
}

function personCard(person) {
  const balance = state.balances.get(person.id);
  const profile = state.profile;
  return h(
    "div",
    null,
    h(
      "div.person-head",
      null,
      avatar(person, ".large"),
      h("div", null, h("b", null, personName(person.name)), h("small", null, person.username === null ? t("no_username") : `@${person.username}`)),
    ),
    h(
      "div.balance-row",
      null,
      h("div", null, h("small", null, t("balance")), h("strong.big", null, balance === undefined ? "…" : roubles(balance))),
      h("div.recharge", null, [10, 100].map((amount) =>
        h("button", { type: "button", "data-focus": `recharge-${amount}`, title: t("recharge"), onclick: () => topUp(person, amount) }, signed(amount)),
      )),
    ),
    profile === null || person.role === "operator" ? null : h("p.profile", null, profileLine(person, profile)),
    appLinks(person),
    person.role === "operator" ? market() : null,
    h("h3", null, t("statement")),
    statement(),
  );
}

function profileLine(person, profile) {
  const parts = [`${t("active")}: ${profile.active_orders}`, `${t("done")}: ${profile.completed_orders}`];
  if (person.role === "executor") parts.push(`${t("rating")}: ${profile.rating || "–"}`);
  return parts.join(" · ");
}

async function topUp(person, amount) {
  const answer = await recharge(person, amount);
  if (answer.ok) await loadPerson();
  else toast(refusal(answer));
}

function statement() {
  if (state.statement === null) return h("p.quiet", null, t("loading"));
  if (state.statement.length === 0) return h("p.quiet", null, t("statement_empty"));
  return h(
    "ol.statement",
    null,
    state.statement.map((line) =>
      h(
        "li",
        null,
        h("span", null, knows(`line_${line.type}`) ? t(`line_${line.type}`) : line.description, h("small", null, clockTime(Date.parse(line.created_at)))),
        h(line.amount < 0 ? "b" : "b.plus", null, signed(line.amount)),
        h("span.after", null, roubles(line.balance_after)),
      ),
    ),
  );
}

function market() {
  return h(
    "div",
    null,
    h("h3", null, t("market_now")),
    state.health === null ? null : h(`p.health${state.health ? "" : ".unwell"}`, null, t(state.health ? "health_ok" : "health_bad")),
    state.counters === null
      ? null
      : h("div.tiles", null, Object.entries(state.counters).map(([name, value]) => h("div", null, h("strong", null, String(value)), h("small", null, t(name))))),
  );
}

export function drawClock(box) {
  const { ahead, movable } = state.clock;
  fill(box, keep("clock-card", [ahead, movable, state.lang], clockCard));
}

function clockCard() {
  const { ahead, movable } = state.clock;
  const how = ahead > 0 ? t("clock_ahead", { time: duration(ahead) }) : t("clock_real");
  return h(
    "div",
    null,
    h("div.clock-head", null, h("h2", null, t("clock")), h("time.big", { id: "clock-time" }, clockTime(now()))),
    h("p.quiet", null, how),
    movable
      ? h("div.clock-buttons", null, [1, 5, 15, 60].map((minutes) =>
          h("button", { type: "button", "data-focus": `clock-${minutes}`, onclick: () => move(minutes) }, t("minutes", { n: minutes })),
        ))
      : h("p.quiet", null, t("clock_fixed")),
  );
}

async function move(minutes) {
  const answer = await advance(minutes * 60);
  if (!answer.ok) toast(refusal(answer));
}

export function tickClock() {
  const face = document.getElementById("clock-time");
  if (face !== null) face.textContent = clockTime(now());
}

export function drawLog(box) {
  const shown = state.log.filter((entry) => state.showReads || entry.kind === "act").slice(0, 60);
  fill(
    box,
    keep("log-head", [state.lang, state.showReads], () =>
      h(
        "div.log-head",
        null,
        h("h2", null, t("log")),
        h("label", null, h("input", { type: "checkbox", checked: state.showReads, onchange: (event) => { state.showReads = event.target.checked; changed(); } }), t("log_reads")),
        h("button.plain", { type: "button", onclick: () => { state.log.length = 0; changed(); } }, t("log_clear")),
      ),
    ),
    keep("log-list", [state.lang, shown.map((entry) => entry.id)], () =>
      shown.length === 0 ? h("p.quiet", null, t("log_empty")) : h("ol.log", { tabIndex: 0, ariaLabel: t("log") }, shown.map(logEntry)),
    ),
  );
}

function logEntry(entry) {
  return keep(`log-${entry.id}`, [state.lang], () =>
    h(
      `li.${entry.kind}`,
      null,
      h(
        "details",
        null,
        h(
          "summary",
          null,
          h("span.method", null, entry.method),
          h("span.path", { title: entry.path }, entry.path),
          h(`span.code.c${Math.floor(entry.status / 100)}`, null, entry.status === 0 ? "—" : String(entry.status)),
        ),
        h("p", null, [entry.who && personName(entry.who), clockTime(entry.at), `${entry.took} ms`].filter(Boolean).join(" · ")),
        entry.sent === undefined ? null : [h("small", null, t("log_sent")), h("pre", null, pretty(entry.sent))],
        entry.received === null ? null : [h("small", null, t("log_received")), h("pre", null, pretty(entry.received))],
      ),
    ),
  );
}

function pretty(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value, censor, 1);
  return text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
}

// Credentials of demo people open nothing outside, but a log of credentials is a bad example.
function censor(key, value) {
  return key === "init_data" ? "***" : value;
}

/** A line at the foot of the page that goes by itself. */
export function toast(text) {
  const line = h("div.toast", null, text);
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), 5000);
}
