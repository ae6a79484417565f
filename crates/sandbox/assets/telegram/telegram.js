// The tab that is a phone: puts its parts together.

import { everybodysApps } from "../app-links.js";
import { fill, h, keep } from "../dom.js";
import { become as becomeOnPage } from "../panels.js";
import { now, personById, state } from "../state.js";
import { clockTime, t } from "../text.js";
import { appScreen, drawApp } from "./app-view.js";
import { drawChat } from "./chat.js";
import { drawChats } from "./chats.js";
import { openChat } from "./links.js";
import { firstName } from "./names.js";
import { drawOver } from "./over.js";
import { drawPeople } from "./people.js";
import { scheme } from "./theme.js";
import { become, botOf, chatOf, countForever, listen, loadPeople, myself, readOpen, speak, stopListening, tg } from "./world.js";

const intro = h("div.story.tg-intro");
const people = h("div.tg-people", { role: "group" });
const apps = h("div.tg-apps");
const time = h("span.phone-time", { ariaHidden: "true" });
const screen = h("div.phone-screen");
const over = h("div.phone-over");
const phone = h("section.phone", null, h("div.phone-top", { ariaHidden: "true" }, time, h("i.phone-camera"), h("i.phone-battery")), h("div.phone-inside", null, screen, appScreen, over));
const side = h("div.tg-side", null, intro, h("h2.tg-people-title"), people, apps);
const whole = [side, phone];

export function drawTelegram(box) {
  fill(box, whole);
  followPage();
  fill(intro, keep("tg-intro", [state.lang], introduction));
  side.querySelector("h2").textContent = t("people");
  people.ariaLabel = t("people");
  drawPeople(people, chosen);
  fill(apps, state.people.length === 0 ? null : keep("tg-apps", [state.lang, scheme(), state.people.length], () => everybodysApps(state.people)));
  time.textContent = clockTime(now(), false);
  const me = myself();
  phone.ariaLabel = me === undefined ? "Telegram" : t("tg_phone", { name: firstName(me) });
  drawScreen();
  drawApp();
  drawOver(over);
  screen.inert = tg.app !== null || tg.over.length > 0;
  appScreen.inert = tg.over.length > 0;
}

function drawScreen() {
  if (tg.people === null || tg.people.length === 0) {
    fill(screen, keep("tg-off", [state.lang, tg.people], () => h("p.phone-note", { role: "status" }, t(tg.people === null ? "tg_loading" : "tg_off"))));
    return;
  }
  if (tg.view !== null && tg.open !== null && chatOf(tg.open) === undefined && botOf(tg.open) === undefined) tg.open = null;
  screen.classList.toggle("in-chat", tg.open !== null && tg.view !== null);
  const inside = screen.contains(document.activeElement);
  if (tg.view === null || tg.open === null) drawChats(screen);
  else drawChat(screen);
  if (tg.moved !== null || (inside && !screen.contains(document.activeElement))) focusScreen();
  tg.moved = null;
}

/** Puts the keyboard where one goes on: a list at the chat that was left, a chat at its foot. */
function focusScreen() {
  const back = "[data-focus=tg-back]";
  // Under a finger a line to type in would bring up a keyboard over half of the screen.
  const foot = matchMedia("(pointer: coarse)").matches ? back : ".entry, button.start";
  const wanted = tg.open === null ? `[data-chat="${tg.moved}"]` : foot;
  const target = screen.querySelector(wanted) ?? screen.querySelector(back) ?? screen.querySelector("button");
  target?.focus({ preventScroll: true });
}

function introduction() {
  return h("div.invitation", null, h("h1", null, t("tg_title")), h("p", null, t("tg_lead")),
    h("ol.tg-steps", null, ["tg_try_1", "tg_try_2", "tg_try_3"].map((key) => h("li", null, t(key)))));
}

/** Who takes the phone acts on the other tabs too, and the other way round. */
function chosen(id) {
  if (personById(id) === undefined) return;
  followed = id;
  becomeOnPage(id);
}

let followed = 0;

function followPage() {
  if (state.me === followed || state.me === 0) return;
  const first = followed === 0;
  followed = state.me;
  if (!first && tg.people?.some((person) => person.id === state.me)) become(state.me);
}

let spoken = null;

/** The phone of the first person, as soon as the local Telegram answers. */
export async function startTelegram() {
  while (!(await loadPeople())) await new Promise((resolve) => setTimeout(resolve, 2000));
  spoken = state.lang;
  await speak(state.lang);
  await become(tg.people[0].id);
  countForever();
}

/** The page speaks another language now. */
export function languageChosen(lang) {
  if (spoken === null || spoken === lang) return;
  spoken = lang;
  speak(lang);
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") stopListening();
  else if (tg.view !== null) listen();
  readOpen();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || state.market !== "telegram") return;
  if (tg.over.length > 0) tg.over.at(-1).close();
  else if (tg.app === null && tg.about === null && tg.open !== null && screen.contains(document.activeElement)) {
    openChat(null);
  }
});
