// What the phone draws around a Mini App: head, buttons at the foot. The frame itself stays where
// it is as long as the app is open: a frame that moves is loaded again.

import { fill, h, keep } from "../dom.js";
import { state } from "../state.js";
import { t } from "../text.js";
import { leaveApp, reloadApp, tell } from "./app.js";
import { icon } from "./icons.js";
import { outside } from "./links.js";
import { menu } from "./over.js";
import { isDark, themeParams } from "./theme.js";
import { tg } from "./world.js";

const head = h("header.phone-head.app-head");
const holder = h("div.app-holder");
const note = h("div.app-note");
const body = h("div.app-body", null, holder, note);
const foot = h("footer.app-foot");

export const appScreen = h("div.app", { role: "region", hidden: true }, head, body, foot);

const resolve = (color) => (color?.startsWith("#") ? color : themeParams()[color]);

export function drawApp() {
  const { app } = tg;
  appScreen.hidden = app === null;
  if (app === null) {
    fill(holder);
    fill(note);
    return;
  }
  const name = app.bot?.first_name ?? new URL(app.address).host;
  appScreen.ariaLabel = t("tg_app", { name });
  const top = resolve(app.header);
  const vars = { "--app-head": top, "--app-on-head": isDark(top) ? "#ffffff" : "#101418", "--app-body": app.background ?? themeParams().bg_color, "--app-foot": resolve(app.bottom) };
  for (const [key, value] of Object.entries(vars)) appScreen.style.setProperty(key, value);
  fill(head, keep("tg-app-head", [state.lang, name, app.back, app.settings, app.address], () => heading(app, name)));
  fill(holder, app.frame);
  fill(note, app.foreign ? keep("tg-app-foreign", [state.lang, app.address], () => foreign(app))
    : app.ready ? null : keep("tg-app-wait", [state.lang], () => h("p.app-wait", null, h("i.spinner", { ariaHidden: "true" }), t("tg_app_slow"))));
  if (app.frame) app.frame.title = t("tg_app", { name });
  fill(foot, keep("tg-app-foot", [app.main, app.secondary], () => buttons(app)));
}

function heading(app, name) {
  const left = app.back
    ? h("button.plain.round", { type: "button", ariaLabel: t("tg_back"), "data-focus": "app-left", "data-app": "back", onclick: () => tell("back_button_pressed") }, icon("back"))
    : h("button.plain.round", { type: "button", ariaLabel: t("tg_close"), "data-focus": "app-left", "data-app": "close", onclick: leaveApp }, icon("close"));
  return h("div.app-head-row", null, left,
    h("h2", null, name),
    h("button.plain.round", { type: "button", ariaLabel: t("tg_more"), onclick: () => more(app, name) }, icon("more")));
}

function more(app, name) {
  menu(name, [
    app.settings ? [icon("settings"), t("tg_app_settings"), () => tell("settings_button_pressed")] : null,
    [icon("reload"), t("tg_app_reload"), reloadApp],
    [icon("close"), t("tg_close"), leaveApp],
  ]);
}

function foreign(app) {
  return h("div.app-foreign", null, h("p", null, t("tg_app_foreign")), h("button", { type: "button", onclick: () => outside(app.src) }, t("tg_open")));
}

function buttons({ main, secondary }) {
  const place = secondary.position ?? "left";
  const shown = [
    secondary.visible && secondary.text ? one("secondary", secondary) : null,
    main.visible && main.text ? one("main", main) : null,
  ];
  if (place === "right" || place === "bottom") shown.reverse();
  return shown.some(Boolean) ? h(`div.app-buttons${["top", "bottom"].includes(place) ? ".stacked" : ""}`, null, shown) : h("span", { hidden: true });
}

function one(name, { text, active, progress, color, textColor, shine }) {
  const vars = {};
  if (color) vars["--button"] = color;
  if (textColor) vars["--on-button"] = textColor;
  return h(`button.wide.app-${name}${shine ? ".shines" : ""}`, {
    type: "button",
    vars,
    disabled: !active || progress,
    ariaBusy: String(progress),
    "data-focus": `app-${name}`,
    onclick: () => tell(`${name}_button_pressed`),
  }, progress ? h("i.spinner", { ariaHidden: "true" }) : null, h("span", null, text));
}
