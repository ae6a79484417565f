// The sheet on which somebody pays an invoice with Stars.

import { h } from "../dom.js";
import { state } from "../state.js";
import { t } from "../text.js";
import { icon, starSign } from "./icons.js";
import { redraw, refusalText, refused, show, toast } from "./over.js";
import { doAs, tg } from "./world.js";

export const number = (value) => new Intl.NumberFormat(state.lang).format(value);

/** `⭐ 25` */
export function stars(value) {
  return h("span.stars", null, starSign(), h("span", null, number(value)), h("span.unseen", null, ` ${t("tg_stars")}`));
}

/** `text` of the page with `{name}` in it, and `value` as an element in its place. */
export function around(key, name, value, values) {
  const [before, after = ""] = t(key, { ...values, [name]: "\u0000" }).split("\u0000");
  return [before, value, after];
}

/** Shows the invoice behind `{link}` or `{chat, message, invoice}`; resolves to what came of it. */
export async function pay(what) {
  const where = what.link === undefined ? { chat: what.chat, message: what.message } : { link: what.link };
  let { invoice } = what;
  if (where.link !== undefined) {
    const answer = await doAs("invoice", where);
    if (!answer.ok) {
      refused(answer);
      return "failed";
    }
    if (answer.data.paid) {
      toast(t("tg_already_paid"));
      return "paid";
    }
    invoice = answer.data.invoice;
  }
  const sheet = { stage: "ask", error: null };
  const closed = await show("sheet", t("tg_pay_title"), (close) => draw(invoice, where, sheet, close));
  if (closed !== undefined) return closed;
  return sheet.stage === "paid" ? "paid" : sheet.stage === "failed" ? "failed" : "cancelled";
}

function draw(invoice, where, sheet, close) {
  const price = invoice.total_amount;
  const balance = tg.view.me.stars;
  const missing = price - balance;
  return h("div.pay", null,
    h("button.plain.round.corner", { type: "button", ariaLabel: t("tg_close"), onclick: () => close() }, icon("close")),
    h("div.pay-coin", null, starSign()),
    h("h2", null, sheet.stage === "paid" ? t("tg_paid") : t("tg_pay_title")),
    h("p.pay-what", null, h("b", null, invoice.title), invoice.description),
    sheet.stage === "paid" ? null : h("p.pay-balance", null, t("tg_balance"), " ", stars(balance)),
    sheet.error === null ? null : h("p.pay-error", { role: "alert" }, h("b", null, t("tg_pay_failed")), " ", sheet.error),
    foot(invoice, where, sheet, close, missing),
  );
}

function foot(invoice, where, sheet, close, missing) {
  if (sheet.stage === "paid") {
    return h("button.wide", { type: "button", onclick: () => close("paid"), "data-first": "" }, t("tg_done"));
  }
  if (missing > 0) {
    const steps = [...new Set([missing, 100, 500])].filter((amount) => amount >= missing).sort((a, b) => a - b).slice(0, 2);
    return h("div.pay-short", null,
      h("p", { role: "status" }, around("tg_short", "n", stars(missing))),
      steps.map((amount) => h("button.wide.pay-top-up", { type: "button", onclick: () => topUp(amount, close) }, around("tg_top_up", "n", stars(amount)))));
  }
  const busy = sheet.stage === "paying";
  return h("button.wide.pay-now", { type: "button", disabled: busy, ariaBusy: String(busy), onclick: () => payNow(where, sheet, close), "data-first": "" },
    busy ? t("tg_paying") : around("tg_pay", "price", stars(invoice.total_amount)));
}

export async function topUp(amount, close) {
  const answer = await doAs("add_stars", { amount });
  if (!answer.ok) {
    refused(answer);
    return;
  }
  if (typeof answer.data.stars === "number") tg.view.me.stars = answer.data.stars;
  else tg.view.me.stars = Math.max(tg.view.me.stars, await balanceNow());
  if (close !== undefined) redraw(close);
}

async function balanceNow() {
  const { readState } = await import("./api.js");
  const answer = await readState(tg.me);
  return answer.ok ? answer.data.me.stars : 0;
}

async function payNow(where, sheet, close) {
  Object.assign(sheet, { stage: "paying", error: null });
  redraw(close);
  const answer = await doAs("pay", where);
  const { status, error } = answer.data ?? {};
  if (answer.ok && status === "paid") {
    sheet.stage = "paid";
  } else if (answer.ok && status === "cancelled") {
    close("cancelled");
    return;
  } else {
    Object.assign(sheet, { stage: "failed", error: error === undefined ? refusalText(answer.data?.code, answer.data?.detail ?? t("tg_off")) : refusalText(error) });
  }
  redraw(close);
}
