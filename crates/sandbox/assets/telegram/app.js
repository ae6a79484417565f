// The Mini App that is open: its address as Telegram makes it, and what it may ask of the phone.

import { changed } from "../state.js";
import { t } from "../text.js";
import { asked } from "./bridge.js";
import { confirm } from "./over.js";
import { onTheme, themeParams } from "./theme.js";
import { botOf, hooks, tg } from "./world.js";

const VERSION = "9.1";

/** Opens what the server answered to a press: `{url, init_data, start_param?, bot?}`. */
export async function openApp({ url, init_data: initData, start_param: startParam, bot, button }) {
  if (tg.app !== null) closeApp();
  const address = placed(url);
  if (startParam) address.searchParams.set("tgWebAppStartParam", startParam);
  const foreign = address.origin !== location.origin;
  const app = {
    ...looks(),
    bot: botOf(bot) ?? botOf(tg.open),
    /** Text of the keyboard button that opened it; only then may it send data to the bot. */
    button,
    origin: address.origin,
    address: address.href,
    foreign,
    src: withHash(address, initData),
    frame: null,
    reloads: false,
    opener: document.activeElement,
  };
  tg.app = app;
  if (!foreign) makeFrame(app);
  changed();
}

/** How it looks until it says how it wants to look. */
function looks() {
  return { ready: false, back: false, settings: false, confirms: false, header: "bg_color", background: null, bottom: "bottom_bar_bg_color", main: {}, secondary: {} };
}

/** This machine has several names; a frame has to be of the page's. */
function placed(url) {
  const address = new URL(url, location.href);
  const local = ["localhost", "127.0.0.1", "[::1]"];
  const samePort = address.port === location.port && address.protocol === location.protocol;
  if (samePort && local.includes(address.hostname) && local.includes(location.hostname)) address.hostname = location.hostname;
  return address;
}

/** The hash by which a Mini App learns who opened it and how it should look. */
function withHash(address, initData) {
  const values = {
    tgWebAppData: initData,
    tgWebAppVersion: VERSION,
    tgWebAppPlatform: "web",
    tgWebAppThemeParams: JSON.stringify(themeParams()),
  };
  const pairs = Object.entries(values).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const own = address.hash.slice(1);
  const joint = own === "" ? "" : /[=?]/.test(own) ? `${own}&` : `${own}?`;
  return `${address.href.split("#")[0]}#${joint}${pairs.join("&")}`;
}

const resized = new ResizeObserver(() => sendViewport());

function makeFrame(app) {
  const frame = document.createElement("iframe");
  frame.className = "app-frame";
  // No `sandbox`: a frame of the page's own server could take it off again.
  frame.setAttribute("allow", "clipboard-write");
  frame.src = app.src;
  // A page that says nothing of itself is ready when it is there.
  frame.addEventListener("load", () => {
    app.ready = true;
    changed();
  });
  resized.disconnect();
  resized.observe(frame);
  app.frame = frame;
}

/** Sends an event to the Mini App on the screen. */
export function tell(eventType, eventData = null) {
  const { frame, origin } = tg.app ?? {};
  frame?.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), origin);
}

export function sendViewport() {
  const { frame } = tg.app ?? {};
  if (!frame) return;
  tell("viewport_changed", { width: frame.clientWidth, height: frame.clientHeight, is_state_stable: true, is_expanded: true });
}

export function sendTheme() {
  tell("theme_changed", { theme_params: themeParams() });
}
onTheme(sendTheme);

window.addEventListener("message", (event) => {
  const { app } = tg;
  if (!app?.frame || event.source !== app.frame.contentWindow || event.origin !== app.origin) return;
  let message;
  try {
    message = typeof event.data === "string" ? JSON.parse(event.data) : event.data;
  } catch {
    return;
  }
  if (typeof message?.eventType !== "string") return;
  let data = message.eventData;
  // Some clients write the data as a string of its own.
  if (typeof data === "string") {
    try {
      data = JSON.parse(data);
    } catch {
      data = {};
    }
  }
  asked(app, message.eventType, data ?? {});
});

export function closeApp() {
  const { app } = tg;
  if (app === null) return;
  resized.disconnect();
  tg.app = null;
  changed();
  if (app.opener?.isConnected) requestAnimationFrame(() => app.opener.focus({ preventScroll: true }));
}

/** By the person: an app with something unsaved is asked about first. */
export async function leaveApp() {
  const { app } = tg;
  if (app === null) return;
  if (app.confirms && !(await confirm("", t("tg_app_close"), t("tg_close"), "danger"))) return;
  if (tg.app === app) closeApp();
}

export function reloadApp() {
  const { app } = tg;
  if (app?.reloads) {
    tell("reload_iframe");
    return;
  }
  Object.assign(app, looks());
  makeFrame(app);
  changed();
}

const leftBefore = hooks.left;
hooks.left = () => {
  leftBefore();
  closeApp();
};
