// The TON tab's calls: Torg's public API for what people do, and the development chain's own for
// what happens outside of Torg. The chain is reached through this server, so that the page stays
// within its policy.

import { call, loadPerson } from "./api.js";
import { tonCodes } from "./ton-text.js";
import { changed, freshTon, me, state } from "./state.js";
import { refusal, t } from "./text.js";

const CHAIN = "/_sandbox/chain/dev";
const PERIOD = 2000;
const HUNDRED = "100000000000";
const FIVE = "5000000000";
const DEAL = { amount: "10000000000", fee_bps: 500, term_seconds: 3600 };

const isOperator = () => me()?.role === "operator";

/** Where the chain is; once. */
export async function findChain() {
  const answer = await call(null, "GET", "/_sandbox/ton", undefined, "quiet");
  state.chain = answer.ok ? answer.data.url : null;
  changed();
}

/** Everything of the tab, while people look at it. Runs often, so it stays out of the log. */
export async function loadTon(kind = "quiet") {
  if (state.market !== "ton" || me() === undefined || !state.chain) return;
  const person = me();
  const read = (path) => call(person, "GET", path, undefined, kind);
  const outside = (path) => call(null, "GET", `${CHAIN}/${path}`, undefined, "quiet");
  const [wallet, deposits, withdrawals, wallets, deals, asked, books] = await Promise.all([
    read("/api/wallet"),
    read("/api/wallet/deposits?limit=20"),
    read("/api/wallet/withdrawals?limit=20"),
    outside("wallets"),
    outside("escrows"),
    isOperator() ? read("/api/admin/wallet/withdrawals?state=requested") : null,
    isOperator() ? read("/api/admin/wallet") : null,
  ]);
  if (state.me !== person.id) return;
  const ton = state.ton;
  if (wallet.ok) ton.wallet = wallet.data;
  if (deposits.ok) ton.deposits = deposits.data.deposits;
  if (withdrawals.ok) ton.withdrawals = withdrawals.data.withdrawals;
  if (wallets.ok) ton.wallets = wallets.data;
  if (deals.ok) ton.deals = deals.data;
  if (asked?.ok) ton.asked = asked.data.withdrawals.filter((one) => one.needs_approval);
  if (books?.ok) ton.books = books.data;
  changed();
}

/** Looks again and again: on a chain things happen by themselves. */
export function watchTon() {
  setInterval(() => {
    if (document.visibilityState === "visible" && !state.busy) loadTon();
  }, PERIOD);
}

export const walletOf = (name) => state.ton.wallets.find((wallet) => wallet.name === name);

/** One call by a click, and everything is read anew. What came of it is said at `at`. */
async function perform(at, person, [method, path, body], good) {
  if (state.busy) return null;
  state.busy = true;
  state.ton.notice = null;
  changed();
  const chosen = state.me;
  const answer = await call(person, method, path, body);
  state.busy = false;
  if (state.me !== chosen) return answer;
  if (!answer.ok) {
    const code = `${answer.status} ${answer.data?.code ?? ""}`.trim();
    state.ton.notice = { at, good: false, text: answer.data?.error ?? refusal(answer, tonCodes), code };
  } else if (good !== undefined) {
    state.ton.notice = { at, good: true, text: t(good) };
  }
  changed();
  await Promise.all([loadTon(), loadPerson()]);
  return answer;
}

const outside = (at, path, body, good) => perform(at, null, ["POST", `${CHAIN}/${path}`, body], good);

export const faucet = (address) => outside("wallet", "faucet", { address, amount: HUNDRED });

/** Pays five coins in from the person's wallet on the chain. */
export function payIn() {
  const { address, memo } = state.ton.wallet.deposit;
  return outside("deposit", `wallets/${me().wallet}/send`, { to: address, amount: FIVE, comment: memo }, "ton_sent");
}

export const takeOut = (address, amount) =>
  perform("withdraw", me(), ["POST", "/api/wallet/withdrawals", { address, amount }], "ton_asked");

export const takeBack = (id) => perform("moves", me(), ["POST", `/api/wallet/withdrawals/${id}/cancel`]);

export const decide = (id, what) =>
  perform("operator", me(), ["POST", `/api/admin/wallet/withdrawals/${id}/${what}`, what === "reject" ? { note: t("ton_rejected_note") } : {}]);

export const fund = () => outside("escrow", "escrows", DEAL);

export const play = (address, what) => outside("escrow", `escrows/${address}/${what}`, {});

/** Another person sees other things. */
export function forgetTon() {
  state.ton = { ...freshTon(), wallets: state.ton.wallets, deals: state.ton.deals };
}
