// Wires the parts together.

import { alsoLoad, follow, loadBalances, loadClock, loadOrders, loadPeople, loadPerson, refresh } from "./api.js";
import { fill, h, keep } from "./dom.js";
import { drawOrders, tick } from "./orders.js";
import { drawClock, drawLog, drawPeople, drawPerson, tickClock } from "./panels.js";
import { changed, onChange, state } from "./state.js";
import { drawShop } from "./shop.js";
import { loadShop } from "./shop-api.js";
import { drawStory } from "./story.js";
import { languageChosen, startTelegram, drawTelegram } from "./telegram/telegram.js";
import { choices, chooseTheme, firstTheme, theme } from "./telegram/theme.js";
import { t } from "./text.js";
import { drawTon } from "./ton.js";
import { findChain, loadTon, watchTon } from "./ton-api.js";

const byId = (id) => document.getElementById(id);

function chooseLanguage(lang) {
  state.lang = lang;
  document.documentElement.lang = lang;
  try {
    localStorage.setItem("lang", lang);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
  changed();
  languageChosen(lang);
}

function firstLanguage() {
  let kept = null;
  try {
    kept = localStorage.getItem("lang");
  } catch {
    // As above.
  }
  if (kept === "ru" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("ru") ? "ru" : "en";
}

/** The market stays in the address, so that a link leads to it. */
function chooseMarket(market) {
  if (state.story !== null) {
    state.story.stopped = true;
    state.story = null;
  }
  state.market = market;
  history.replaceState(null, "", market === "telegram" ? "#" : `#${market}`);
  changed();
  loadShop();
  loadTon("read");
}

function drawFrame() {
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const button of document.querySelectorAll("[data-lang]")) {
    button.ariaPressed = String(button.dataset.lang === state.lang);
  }
  for (const button of document.querySelectorAll("[data-market]")) {
    button.ariaPressed = String(button.dataset.market === state.market);
  }
  const parts = { telegram: "telegram", story: "services", orders: "services", shop: "shop", ton: "ton" };
  for (const [id, market] of Object.entries(parts)) byId(id).hidden = state.market !== market;
  for (const id of ["people-box", "columns"]) byId(id).hidden = state.market === "telegram";
  document.body.classList.toggle("with-phone", state.market === "telegram");
  const says = `${t("theme")}: ${t(`theme_${theme()}`)}`;
  Object.assign(byId("theme"), { title: says, ariaLabel: says });
  byId("theme").dataset.theme = theme();
  const pages = [["/docs", "Docs"], ["/redoc", "ReDoc"], ["/metrics", "Metrics"], ["/health", "Health"]];
  fill(byId("links"), keep("links", [], () => h("span", null, pages.map(([href, name]) => h("a", { href, target: "_blank", rel: "noopener" }, name)))));
}

function draw() {
  drawFrame();
  if (state.market === "telegram") drawTelegram(byId("telegram"));
  drawStory(byId("story"));
  drawPeople(byId("people"));
  drawOrders(byId("orders"));
  if (state.market === "shop") drawShop(byId("shop"));
  if (state.market === "ton") drawTon(byId("ton"));
  drawPerson(byId("person"));
  drawClock(byId("clock"));
  drawLog(byId("log"));
  tick();
}

let heard = null;

// Several events of one moment lead to one reading.
function onEvent() {
  if (heard !== null) return;
  heard = setTimeout(() => {
    heard = null;
    refresh(true);
  }, 150);
}

for (const button of document.querySelectorAll("[data-lang]")) {
  button.addEventListener("click", () => chooseLanguage(button.dataset.lang));
}
for (const button of document.querySelectorAll("[data-market]")) {
  button.addEventListener("click", () => chooseMarket(button.dataset.market));
}
const linked = location.hash.slice(1);
if (["services", "shop", "ton"].includes(linked)) state.market = linked;
alsoLoad(loadShop);
alsoLoad(() => loadTon("read"));
onChange(draw);
byId("theme").addEventListener("click", () => chooseTheme(choices[(choices.indexOf(theme()) + 1) % choices.length]));
firstTheme();
chooseLanguage(firstLanguage());
startTelegram();
setInterval(() => {
  tick();
  tickClock();
}, 1000);

// Without people there is nobody to act as: the server may still be starting.
for (await loadPeople(); state.people.length === 0; await loadPeople()) {
  state.orders = "failed";
  changed();
  await new Promise((resolve) => setTimeout(resolve, 2000));
}
state.orders = null;
await Promise.all([loadClock(), findChain()]);
follow(onEvent);
watchTon();
await Promise.all([loadOrders(), loadPerson(), loadBalances(), loadShop(), loadTon("read")]);
