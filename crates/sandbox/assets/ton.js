// The TON tab: what the chosen person has here and on the chain, how it comes and goes, and a deal
// on the escrow contract.

import { fill, h, keep } from "./dom.js";
import { me, now, state } from "./state.js";
import { clockTime, duration, knows, t } from "./text.js";
import { decide, faucet, fund, payIn, play, takeBack, takeOut, walletOf } from "./ton-api.js";

/** Deals that are shown. */
const DEALS = 5;

export function drawTon(box) {
  if (me() === undefined) return;
  if (!state.chain) {
    fill(box, keep("ton-off", [state.lang, state.chain === null], () => h("p.empty", null, t(state.chain === null ? "ton_off" : "loading"))));
    return;
  }
  const { wallet, deposits, withdrawals, deals, asked, books, notice } = state.ton;
  const mine = walletOf(me().wallet);
  const said = (at) => (notice?.at === at ? notice : null);
  const common = [state.lang, state.me, state.busy];
  fill(
    box,
    keep("ton-intro", [state.lang], intro),
    me().role === "operator" ? keep("ton-operator", [...common, asked, books, said("operator"), wallet?.withdrawal], operatorCard) : null,
    column("left",
      keep("ton-have", [...common, wallet?.balances, mine, said("wallet")], () => haveCard(wallet, mine)),
      keep("ton-deposit", [...common, wallet?.deposit, mine?.balance, said("deposit")], () => depositCard(wallet, mine)),
      keep("ton-withdraw", [state.lang, state.me, wallet?.withdrawal, wallet?.withdrawals_halted, mine?.address, said("withdraw")], () => withdrawCard(wallet, mine))),
    column("right",
      keep("ton-moves", [...common, deposits, withdrawals, said("moves")], () => movesCard(deposits, withdrawals)),
      keep("ton-escrow", [...common, deals?.map(({ now: _, ...deal }) => [deal, left(deal)]), partiesHave(), said("escrow")], () => escrowCard(deals))),
  );
}

const columns = new Map();

function column(name, ...children) {
  if (!columns.has(name)) columns.set(name, h("div.ton-column"));
  fill(columns.get(name), ...children);
  return columns.get(name);
}

function intro() {
  return h("div.story.ton-intro", null, h("div.invitation", null, h("h1", null, t("ton_title")), h("p", null, t("ton_lead")), h("p", null, t("ton_try"))));
}

/** Decimal text without the zeros at its end; never a number of ours. */
function coins(text) {
  const [whole, part = ""] = text.split(".");
  const rest = part.replace(/0+$/, "");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  return rest === "" ? grouped : `${grouped}${state.lang === "ru" ? "," : "."}${rest}`;
}

/** Nanotons as decimal text. */
function nano(text) {
  const digits = text.padStart(10, "0");
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

const rounded = (text) => coins(text.replace(/(\.\d\d)\d*$/, "$1"));
const short = (address) => `${address.slice(0, 6)}…${address.slice(-5)}`;

function noticeLine(at) {
  const said = state.ton.notice;
  if (said?.at !== at) return null;
  return h(`p.notice.${said.good ? "good" : "bad"}`, { role: "status" }, said.text, said.code ? h("code", null, said.code) : null);
}

const button = (name, onclick, more) => h("button", { type: "button", disabled: state.busy, "data-focus": name, onclick, ...more }, t(name));

function haveCard(wallet, mine) {
  const here = wallet?.balances.find((balance) => balance.currency === "TON");
  const held = here !== undefined && Number(here.held) > 0;
  return h(
    "div.card.ton-have",
    null,
    h("div", null, h("small", null, t("ton_balance")), h("strong.big", null, `${coins(here?.available ?? "0")} TON`), held ? h("small", null, t("ton_held", { n: coins(here.held) })) : null),
    h("div", null, h("small", null, t("ton_wallet", { name: me().wallet })), h("strong.big", null, mine === undefined ? "…" : `${rounded(nano(mine.balance))} TON`)),
    mine === undefined ? null : button("ton_faucet", () => faucet(mine.address)),
    noticeLine("wallet"),
  );
}

function copyable(name, text) {
  const copy = async (event) => {
    const own = event.currentTarget;
    await navigator.clipboard.writeText(text);
    own.textContent = t("ton_copied");
  };
  return [
    h("dt", null, t(name)),
    h("dd.copyable", null, h("code", null, text), h("button", { type: "button", ariaLabel: `${t("ton_copy")}: ${t(name)}`, onclick: copy }, t("ton_copy"))),
  ];
}

function depositCard(wallet, mine) {
  if (!wallet?.deposit) return h("div.card", null, h("h2", null, t("ton_deposit")), h("p.quiet", null, t("loading")));
  const { address, memo, link } = wallet.deposit;
  const pay = `${state.chain}/wallet?link=${encodeURIComponent(link)}#${me().wallet}`;
  const enough = mine !== undefined && mine.balance.length > 9 && BigInt(mine.balance) > 5_100_000_000n;
  return h(
    "div.card.ton-card",
    null,
    h("h2", null, t("ton_deposit")),
    h("dl", null, copyable("ton_address", address), copyable("ton_memo", memo)),
    h("p.quiet", null, t("ton_memo_hint")),
    h(
      "div.actions",
      null,
      h("button.primary", { type: "button", disabled: state.busy || !enough, "data-focus": "ton_send5", onclick: payIn }, t("ton_send5")),
      h("a.button", { href: pay, target: "_blank", rel: "noopener" }, t("ton_pay")),
    ),
    noticeLine("deposit"),
  );
}

/** The form keeps what is typed until the person, the rules or the answer change. */
function withdrawCard(wallet, mine) {
  if (!wallet) return h("div.card", null, h("h2", null, t("ton_withdraw")), h("p.quiet", null, t("loading")));
  const { fee, min, automatic_up_to: auto } = wallet.withdrawal;
  const submit = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    takeOut(data.get("address").trim(), data.get("amount").trim().replace(",", "."));
  };
  const field = (name, label, properties) => h("label", null, h("span", null, t(label)), h("input", { name, required: true, autocomplete: "off", ...properties }));
  return h(
    "div.card.ton-card",
    null,
    h("h2", null, t("ton_withdraw")),
    wallet.withdrawals_halted ? h("p.notice.bad", null, t("ton_halted")) : null,
    h(
      "form.checkout",
      { onsubmit: submit },
      field("address", "ton_to", { value: mine?.address ?? "", maxLength: 200, spellcheck: false }),
      field("amount", "ton_amount", { value: "1", inputMode: "decimal", pattern: "\\d{1,9}([.,]\\d{1,9})?" }),
      h("p.quiet", null, t("ton_fee", { fee: coins(fee), min: coins(min), auto: coins(auto) })),
      noticeLine("withdraw"),
      h("div.actions", null, h("button.primary", { type: "submit", "data-focus": "ton_take" }, t("ton_take"))),
    ),
  );
}

function movesCard(deposits, withdrawals) {
  const rows = [
    ...(deposits ?? []).map((one) => ({ at: one.at, sign: "+", name: "ton_in", who: one.sender, ...one })),
    ...(withdrawals ?? []).map((one) => ({ at: one.requested_at, sign: "−", name: "ton_out", who: one.address, ...one })),
  ].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const known = deposits !== null && withdrawals !== null;
  return h(
    "div.card.ton-card",
    null,
    h("h2", null, t("ton_moves")),
    rows.length === 0 ? h("p.quiet", null, t(known ? "ton_none" : "loading")) : h("ol.ton-moves", null, rows.slice(0, 12).map(move)),
    noticeLine("moves"),
  );
}

function stateOf(row) {
  const waits = row.state === "requested" && row.needs_approval;
  const word = `ton_${row.state}`;
  return h(`span.status.${row.state}`, null, waits ? t("ton_by_operator") : knows(word) ? t(word) : row.state);
}

function move(row) {
  const mayCancel = row.name === "ton_out" && ["requested", "approved"].includes(row.state);
  return h(
    "li",
    { "data-state": row.state },
    h("span", null, t(row.name), h("small", null, `${clockTime(Date.parse(row.at))} · ${row.who === null ? "—" : short(row.who)}`)),
    h("span.facts", null, h(row.sign === "+" ? "b.plus" : "b", null, `${row.sign}${coins(row.amount)}`), stateOf(row),
      mayCancel ? h("button.plain", { type: "button", "data-focus": `cancel-${row.id}`, onclick: () => takeBack(row.id) }, t("ton_cancel")) : null),
  );
}

function operatorCard() {
  const { asked, books, wallet } = state.ton;
  const auto = wallet === null ? "50" : coins(wallet.withdrawal.automatic_up_to);
  const row = (one) => {
    const person = state.people.find((other) => other.id === one.user_id);
    return h(
      "li",
      null,
      h("span", null, h("b", null, `${coins(one.amount)} TON`), h("small", null, `${person?.wallet ?? one.user_id ?? ""} → ${short(one.address)}`)),
      h("span.actions", null,
        h("button.primary", { type: "button", disabled: state.busy, "data-focus": `approve-${one.id}`, onclick: () => decide(one.id, "approve") }, t("ton_approve")),
        h("button", { type: "button", disabled: state.busy, "data-focus": `reject-${one.id}`, onclick: () => decide(one.id, "reject") }, t("ton_reject"))),
    );
  };
  const facts = { chain: rounded(books?.chain?.balance ?? "0"), assets: rounded(books?.assets ?? "0") };
  return h(
    "div.card.ton-card.ton-operator",
    null,
    h("h2", null, t("ton_operator")),
    asked === null ? h("p.quiet", null, t("loading")) : asked.length === 0 ? h("p.quiet", null, t("ton_operator_none", { auto })) : h("ol.ton-moves", null, asked.map(row)),
    books === null ? null : h("p.quiet", null, t("ton_books", facts)),
    noticeLine("operator"),
  );
}

const PARTIES = ["advertiser", "owner", "platform"];
const partiesHave = () => PARTIES.map((name) => walletOf(name)?.balance ?? null);

/** Until the deadline in whole minutes; the chain's clock is the page's. */
const left = (deal) => Math.max(0, Math.ceil((deal.deadline - now() / 1000) / 60));

function escrowCard(deals) {
  return h(
    "div.card.ton-card",
    null,
    h("h2", null, t("ton_escrow")),
    h("p.quiet", null, t("ton_escrow_lead")),
    h("div.ton-parties", null, PARTIES.map((name, at) => {
      const has = partiesHave()[at];
      return h("div", null, h("small", null, t(`ton_${name}`)), h("b", null, has === null ? "…" : rounded(nano(has))));
    })),
    h("div.actions", null, button("ton_fund", fund)),
    noticeLine("escrow"),
    deals === null ? h("p.quiet", null, t("loading")) : deals.length === 0 ? h("p.quiet", null, t("ton_no_deals")) : deals.slice(0, DEALS).map(dealRow),
    deals?.some((deal) => deal.stage === "funded" && left(deal) > 0) ? h("p.quiet", null, t("ton_hint_clock")) : null,
  );
}

function dealRow(deal) {
  const minutes = left(deal);
  const due = minutes > 0 ? t("ton_due_in", { n: duration(minutes * 60) }) : t("ton_due");
  const act = (name, what) => h("button", { type: "button", disabled: state.busy, "data-focus": `${what}-${deal.address}`, onclick: () => play(deal.address, what) }, t(name));
  const query = new URLSearchParams({ api: state.chain, address: deal.address, wallet: `${state.chain}/wallet?link=`, lang: state.lang });
  return h(
    "div.ton-deal",
    { "data-stage": deal.stage },
    h("div.ends", null,
      h("span", null, h("b", null, `${coins(nano(deal.amount))} TON`), h("small", null, ` ${short(deal.address)}`)),
      h(`span.status.${deal.stage}`, null, t(`ton_st_${deal.stage}`))),
    deal.stage !== "funded" ? null : h("div.actions", null,
      minutes > 0 ? [act("ton_release", "release"), act("ton_refund", "refund")] : act("ton_auto", "auto_refund"),
      h("a", { href: `${state.chain}/exit/?${query}`, target: "_blank", rel: "noopener" }, t("ton_exit")),
      h("small", null, due)),
  );
}

