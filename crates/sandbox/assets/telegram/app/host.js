// The Telegram around this Mini App: what its hash says, its buttons, its events. The protocol of
// the web client, spoken directly.

const params = new URLSearchParams(location.hash.slice(1));

export const initData = params.get("tgWebAppData") ?? "";
const data = new URLSearchParams(initData);
export const user = JSON.parse(data.get("user") ?? "{}");
export const startParam = data.get("start_param") ?? new URLSearchParams(location.search).get("tgWebAppStartParam");

const handlers = new Map();

export function on(event, handler) {
  handlers.set(event, [...(handlers.get(event) ?? []), handler]);
}

export function tell(eventType, eventData = null) {
  // Framed by its own server only (`frame-ancestors`), so this is who reads it.
  if (window.parent !== window) window.parent.postMessage(JSON.stringify({ eventType, eventData }), location.origin);
}

window.addEventListener("message", (event) => {
  if (event.source !== window.parent || event.origin !== location.origin || typeof event.data !== "string") return;
  const { eventType, eventData } = JSON.parse(event.data);
  for (const handler of handlers.get(eventType) ?? []) handler(eventData ?? {});
});

/** Whether a colour is nearer to white than to black. */
function isLight(color) {
  const bits = Number.parseInt(color.slice(1), 16);
  return (bits >> 16) + ((bits >> 8) & 255) + (bits & 255) > 382;
}

function paint(theme) {
  // Scroll bars and fields follow the theme, not the system.
  if (/^#[0-9a-f]{6}$/i.test(theme.bg_color)) document.documentElement.style.colorScheme = isLight(theme.bg_color) ? "light" : "dark";
  for (const [name, color] of Object.entries(theme)) {
    if (/^#[0-9a-f]{6}$/i.test(color)) document.documentElement.style.setProperty(`--${name.replaceAll("_", "-")}`, color);
  }
}
paint(JSON.parse(params.get("tgWebAppThemeParams") ?? "{}"));
on("theme_changed", ({ theme_params: theme }) => paint(theme ?? {}));

let pressed = null;
let back = null;
on("main_button_pressed", () => pressed?.());
on("back_button_pressed", () => back?.());

/** The button at the foot; without a text there is none. */
export function mainButton(text, onPress, { active = true, busy = false } = {}) {
  pressed = onPress ?? null;
  tell("web_app_setup_main_button", { is_visible: Boolean(text), is_active: active && !busy, is_progress_visible: busy, text: text ?? "" });
}

export function backButton(onPress) {
  back = onPress;
  tell("web_app_setup_back_button", { is_visible: onPress !== null });
}

/** Whether closing loses something. */
export function askBeforeClosing(yes) {
  tell("web_app_setup_closing_behavior", { need_confirmation: yes });
}

/** Pays the invoice of this link: `paid`, `cancelled`, `failed` or `pending`. */
export function openInvoice(link) {
  const slug = link.slice(link.lastIndexOf("/") + 1).replace(/^\$/, "");
  return new Promise((resolve) => {
    const seen = (closed) => {
      if (closed.slug !== slug) return;
      handlers.set("invoice_closed", handlers.get("invoice_closed").filter((other) => other !== seen));
      resolve(closed.status);
    };
    on("invoice_closed", seen);
    tell("web_app_open_invoice", { slug });
  });
}

/** A question with yes and no. */
export function confirm(message, yes) {
  return new Promise((resolve) => {
    const seen = ({ button_id: id }) => {
      handlers.set("popup_closed", []);
      resolve(id === "yes");
    };
    handlers.set("popup_closed", [seen]);
    tell("web_app_open_popup", { title: "", message, buttons: [{ id: "no", type: "cancel" }, { id: "yes", type: "default", text: yes }] });
  });
}

export function haptic(type) {
  tell("web_app_trigger_haptic_feedback", { type: "notification", notification_type: type });
}
