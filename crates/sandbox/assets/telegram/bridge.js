// What a Mini App asks of the phone: the events of the web client, answered as it answers them.
// Everything in them was written by the app, so everything is checked.

import { changed } from "../state.js";
import { t } from "../text.js";
import { closeApp, sendTheme, sendViewport, tell } from "./app.js";
import { invoiceLink, isOurs, outside, pressLink } from "./links.js";
import { ask, confirm, refused, toast } from "./over.js";
import { pay } from "./pay.js";
import { doAs } from "./world.js";

const text = (value, most) => (typeof value === "string" ? value.slice(0, most) : "");
const color = (value) => (/^#[0-9a-f]{6}$/i.test(value ?? "") ? value : undefined);
const none = { top: 0, right: 0, bottom: 0, left: 0 };

/** A colour of the theme by its name, or one of its own. */
function tint(data, ours) {
  return color(data.color) ?? (ours.includes(data.color_key) ? data.color_key : undefined);
}

function button(data, before) {
  return {
    visible: data.is_visible === true,
    active: data.is_active !== false,
    progress: data.is_progress_visible === true,
    shine: data.has_shine_effect === true,
    text: data.text === undefined ? before.text : text(data.text, 64),
    color: color(data.color),
    textColor: color(data.text_color),
    position: ["left", "right", "top", "bottom"].includes(data.position) ? data.position : before.position,
  };
}

const takes = {
  iframe_ready(app, data) {
    app.reloads = data.reload_supported === true;
    app.ready = true;
  },
  web_app_ready: (app) => { app.ready = true; },
  web_app_close: () => closeApp(),
  web_app_expand: () => sendViewport(),
  web_app_request_viewport: () => sendViewport(),
  web_app_request_theme: () => sendTheme(),
  web_app_request_safe_area: () => tell("safe_area_changed", none),
  web_app_request_content_safe_area: () => tell("content_safe_area_changed", none),
  web_app_request_fullscreen: () => tell("fullscreen_failed", { error: "UNSUPPORTED" }),
  web_app_setup_main_button: (app, data) => { app.main = button(data, app.main); },
  web_app_setup_secondary_button: (app, data) => { app.secondary = button(data, app.secondary); },
  web_app_setup_back_button: (app, data) => { app.back = data.is_visible === true; },
  web_app_setup_settings_button: (app, data) => { app.settings = data.is_visible === true; },
  web_app_setup_closing_behavior: (app, data) => { app.confirms = data.need_confirmation === true; },
  web_app_set_header_color: (app, data) => { app.header = tint(data, ["bg_color", "secondary_bg_color"]) ?? app.header; },
  web_app_set_background_color: (app, data) => { app.background = color(data.color) ?? app.background; },
  web_app_set_bottom_bar_color(app, data) {
    app.bottom = color(data.color) ?? tint({ color_key: data.color }, ["bg_color", "secondary_bg_color", "bottom_bar_bg_color"]) ?? app.bottom;
  },
  web_app_open_link: (_, data) => { openLink(text(data.url, 2048)); },
  async web_app_open_tg_link(_, data) {
    const path = text(data.path_full, 1024);
    if (!path.startsWith("/")) return;
    const link = `https://t.me/${path.slice(1)}`;
    if (invoiceLink(link) === null) closeApp();
    await pressLink(link);
  },
  async web_app_open_invoice(_, data) {
    const slug = text(data.slug, 256);
    const status = /^[\w-]+$/.test(slug) ? await pay({ link: `https://t.me/$${slug}` }) : "failed";
    tell("invoice_closed", { slug, status });
  },
  web_app_open_popup: (_, data) => { popup(data); },
  async web_app_read_text_from_clipboard(_, data) {
    const answer = { req_id: data.req_id };
    try {
      answer.data = await navigator.clipboard.readText();
    } catch {
      answer.data = null;
    }
    tell("clipboard_text_received", answer);
  },
  async web_app_data_send(app, data) {
    // Only an app that a button of the keyboard opened has somebody to send to.
    if (app.button === undefined || app.bot === undefined) return;
    closeApp();
    const answer = await doAs("web_app_data", { bot: app.bot.id, button_text: app.button, data: text(data.data, 4096) });
    if (!answer.ok) refused(answer);
  },
  async web_app_request_write_access(app) {
    const yes = await confirm(app.bot?.first_name ?? "", t("tg_s_write"), t("tg_ok"));
    tell("write_access_requested", { status: yes ? "allowed" : "cancelled" });
  },
  web_app_request_phone: () => tell("phone_requested", { status: "cancelled" }),
  web_app_invoke_custom_method: (_, data) => tell("custom_method_invoked", { req_id: data.req_id, error: "UNSUPPORTED" }),
  web_app_open_scan_qr_popup: () => tell("scan_qr_popup_closed", {}),
  // It is not this kind of phone, or there is nothing to do.
  web_app_trigger_haptic_feedback: () => {},
  web_app_setup_swipe_behavior: () => {},
};

/** One event of the app; those that nobody knows are passed over. */
export function asked(app, type, data) {
  if (!Object.hasOwn(takes, type) || typeof data !== "object") return;
  takes[type](app, data);
  changed();
}

async function openLink(url) {
  if (isOurs(url)) await pressLink(url);
  else if (/^https?:/i.test(url)) await outside(url);
  else toast(t("tg_nothing_opens"));
}

let popupOpen = false;

async function popup(data) {
  const message = text(data.message, 256);
  // One at a time, as the real one has it.
  if (popupOpen || message === "") return;
  popupOpen = true;
  const names = { ok: t("tg_ok"), close: t("tg_close"), cancel: t("tg_cancel") };
  const given = Array.isArray(data.buttons) ? data.buttons.slice(0, 3) : [];
  const buttons = given.map((one) => ({
    id: text(one.id, 64),
    text: names[one.type] ?? text(one.text, 64),
    kind: one.type === "destructive" ? "danger" : one.type === "cancel" ? "cancel" : undefined,
  }));
  if (buttons.length === 0) buttons.push({ id: "", text: names.close });
  const pressed = await ask(text(data.title, 64), message, buttons);
  popupOpen = false;
  tell("popup_closed", pressed === undefined ? {} : { button_id: pressed });
}
