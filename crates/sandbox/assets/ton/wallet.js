// The page: chooses a wallet, shows what it has and did, sends, and confirms what a link asks for.

import * as chain from "./chain.js";
import { fill, h } from "./dom.js";
import { readLink } from "./link.js";
import { nanotons, short, state, t, tons } from "./words.js";

const FAUCET = "100000000000";
const byId = (id) => document.getElementById(id);
const page = { wallets: [], name: null, rows: [], seqno: null, request: null, busy: false };

function toast(text) {
  const element = h("div.toast", null, text);
  byId("toasts").append(element);
  setTimeout(() => element.remove(), 5000);
}

/** Does something that may fail, once at a time. */
async function doing(work) {
  if (page.busy) return;
  page.busy = true;
  draw();
  try {
    await work();
  } catch (error) {
    toast(error.message);
  }
  page.busy = false;
  await load();
}

const chosen = () => page.wallets.find((wallet) => wallet.name === page.name) ?? null;

async function load() {
  try {
    const [info, wallets] = await Promise.all([chain.info(), chain.wallets()]);
    page.seqno = info.seqno;
    page.wallets = wallets;
    if (chosen() === null) page.name = wallets[0]?.name ?? null;
    page.rows = chosen() === null ? [] : await chain.history(chosen().address);
  } catch {
    // The chain may be starting, or its faults are on; the next time will show.
  }
  draw();
}

function choose(name) {
  page.name = name;
  page.rows = [];
  history.replaceState(null, "", `${location.pathname}${location.search}#${name}`);
  load();
}

async function send(message) {
  const sent = await chain.send(page.name, message);
  toast(t("sent"));
  for (let tries = 0; tries < 60; tries += 1) {
    if (await chain.arrived(sent.message_hash_norm)) {
      toast(t("arrived"));
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function drawWallets() {
  const names = page.wallets.map((wallet) => h("button", {
    type: "button", ariaPressed: String(wallet.name === page.name), onclick: () => choose(wallet.name),
  }, wallet.name));
  if (byId("new-name") !== null) {
    fill(byId("names"), names);
    return;
  }
  const submit = (event) => {
    event.preventDefault();
    const name = byId("new-name").value.trim().toLowerCase();
    doing(async () => {
      await chain.create(name);
      page.name = name;
      byId("new-name").value = "";
    });
  };
  fill(byId("wallets"),
    h("h2", null, t("wallets")),
    h("div.names", { id: "names", role: "group" }, names),
    h("form.inline", { onsubmit: submit },
      h("input", { id: "new-name", placeholder: t("new_name"), ariaLabel: t("new_name"), maxLength: 40, required: true, autocomplete: "off" }),
      h("button", null, t("add"))));
}

function drawWallet() {
  const wallet = chosen();
  byId("wallet").hidden = wallet === null;
  if (wallet === null) return;
  const copy = async () => {
    await navigator.clipboard.writeText(wallet.address);
    toast(t("copied"));
  };
  const money = [
    h("div.balance", null, `${tons(wallet.balance)} TON`),
    h("div.address", null, wallet.address, wallet.active ? null : ` · ${t("not_deployed")}`),
    h("div.row", null,
      h("button", { type: "button", disabled: page.busy, onclick: () => doing(() => chain.faucet(wallet.address, FAUCET)) }, t("faucet", { n: tons(FAUCET) })),
      h("button", { type: "button", onclick: copy }, t("copy"))),
  ];
  // The form keeps what somebody is typing.
  if (byId("money") !== null && byId("send") !== null) {
    fill(byId("money"), money);
    byId("send").disabled = page.busy;
    return;
  }
  const field = (id, more) => h("label", null, t(id), h("input", { id, autocomplete: "off", ...more }));
  const submit = (event) => {
    event.preventDefault();
    const amount = nanotons(byId("amount").value);
    if (amount === null) {
      toast(t("bad_amount"));
      return;
    }
    const comment = byId("comment").value;
    doing(() => send({ to: byId("to").value.trim(), amount, comment: comment === "" ? undefined : comment }));
  };
  fill(byId("wallet"),
    h("h2", null, t("balance")),
    h("div", { id: "money" }, money),
    h("form", { onsubmit: submit },
      field("to", { required: true }),
      field("amount", { required: true, inputMode: "decimal" }),
      field("comment", { maxLength: 400 }),
      h("button.primary", { id: "send", disabled: page.busy }, t("send"))));
}

function line(className, value, address, text, time) {
  return h("li", null,
    h(`span${className}`, null, value),
    h("small", null, new Date(time * 1000).toLocaleString(state.lang)),
    h("small", null, address),
    h("small", null, text));
}

function drawHistory() {
  const lines = [];
  for (const row of page.rows) {
    for (const message of row.out_msgs) {
      lines.push(line("", `−${tons(message.value)} TON`, t("for", { a: short(message.destination) }), message.message, row.utime));
    }
    const message = row.in_msg;
    if (message.source !== "") {
      lines.push(line(".in", `+${tons(message.value)} TON`, t("from", { a: short(message.source) }), message.message, row.utime));
    }
  }
  fill(byId("history"), h("h2", null, t("history")), lines.length === 0 ? h("p.quiet", null, t("nothing")) : h("ol", null, lines));
}

function drawRequest() {
  const box = byId("request");
  const request = page.request;
  box.hidden = request === null;
  box.classList.add("ask");
  if (request === null) return;
  const facts = [[t("to"), h("span.address", null, request.to)]];
  if (request.amount !== null) facts.push([t("amount"), h("b", null, tons(request.amount))]);
  if (request.text !== null) facts.push([t("comment"), request.text]);
  if (request.bin !== null) facts.push([t("payload"), request.read?.comment ?? request.read?.opcode ?? "—"]);
  if (request.init !== null) facts.push([t("init"), request.read?.address ?? "—"]);
  const amount = request.amount === null ? h("input", { id: "asked", ariaLabel: t("amount"), placeholder: t("amount"), inputMode: "decimal" }) : null;
  const confirm = () => {
    const value = request.amount ?? nanotons(byId("asked").value);
    if (value === null) {
      toast(t("bad_amount"));
      return;
    }
    doing(async () => {
      await send({
        to: request.to, amount: value, comment: request.text ?? undefined,
        payload: request.bin ?? undefined, state_init: request.init ?? undefined,
      });
      close();
    });
  };
  fill(box,
    h("h2", null, t("request")),
    h("dl", null, facts.map(([name, value]) => [h("dt", null, name), h("dd", null, value)]).flat()),
    amount,
    h("div.row", null,
      h("button.primary", { type: "button", disabled: page.busy || page.name === null, onclick: confirm }, t("confirm", { n: page.name ?? "" })),
      h("button", { type: "button", onclick: close }, t("refuse"))));
}

function close() {
  page.request = null;
  history.replaceState(null, "", location.pathname + location.hash);
  draw();
}

function draw() {
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const button of document.querySelectorAll("[data-lang]")) button.ariaPressed = String(button.dataset.lang === state.lang);
  byId("block").textContent = page.seqno === null ? "" : t("block", { n: page.seqno });
  drawWallets();
  drawWallet();
  drawHistory();
  if (byId("asked") === null || page.request === null) drawRequest();
}

function language(lang) {
  state.lang = lang;
  document.documentElement.lang = lang;
  try {
    localStorage.setItem("lang", lang);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
  for (const id of ["wallets", "wallet", "request"]) byId(id).replaceChildren();
  draw();
}

function firstLanguage() {
  try {
    const kept = localStorage.getItem("lang");
    if (kept === "ru" || kept === "en") return kept;
  } catch {
    // As above.
  }
  return navigator.language.toLowerCase().startsWith("ru") ? "ru" : "en";
}

async function open() {
  const link = new URLSearchParams(location.search).get("link");
  if (link === null) return;
  const request = readLink(link);
  if (request === null) {
    toast(t("bad_link"));
    return;
  }
  page.request = request;
  try {
    request.read = await chain.decode(request.bin ?? undefined, request.init ?? undefined);
  } catch (error) {
    page.request = null;
    toast(error.message);
  }
}

for (const button of document.querySelectorAll("[data-lang]")) button.addEventListener("click", () => language(button.dataset.lang));
if (location.hash.length > 1) page.name = decodeURIComponent(location.hash.slice(1));
language(firstLanguage());
await open();
await load();
setInterval(() => { if (!page.busy) load(); }, 2000);
