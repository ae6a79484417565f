// The Telegram around this page: what it was opened with, its buttons, its events. Without one (a
// browser tab) everything here is quiet and the screens draw their own buttons.

import { off, on, postEvent, setTargetOrigin } from "@tma.js/bridge";

export interface Theme {
  [name: string]: string | undefined;
}

interface Launch {
  /** Signed by Telegram, sent as it came; empty in a plain tab. */
  initData: string;
  startParam: string | null;
  theme: Theme;
  language: string | null;
}

/** Whether somebody outside draws our buttons. */
export const isHosted =
  window.parent !== window || "TelegramWebviewProxy" in window || typeof (window.external as { notify?: unknown } | undefined)?.notify === "function";

// The library speaks to Telegram's web client; the phone of the demo is served from where this page is.
if (isFramedByOurServer()) setTargetOrigin(location.origin);

function isFramedByOurServer(): boolean {
  try {
    return window.parent !== window && window.parent.location.origin === location.origin;
  } catch {
    // Another server's page does not say where it is.
    return false;
  }
}

const KEPT = "torg.launch";

export const launch: Launch = read();

/**
 * What Telegram has put behind the `#`, which a page that moves on and is loaded again has lost. It is
 * taken apart here: the library refuses the whole of it when it misses a single field.
 */
function launchParams(): { params: URLSearchParams; fresh: boolean } {
  const [first] = performance.getEntriesByType("navigation");
  for (const url of [location.href, first?.name ?? ""]) {
    const params = new URLSearchParams(url.slice(url.indexOf("#") + 1));
    if (!params.has("tgWebAppData")) continue;
    kept(params.toString());
    return { params, fresh: true };
  }
  return { params: new URLSearchParams(kept() ?? ""), fresh: false };
}

function kept(params?: string): string | null {
  try {
    if (params !== undefined) sessionStorage.setItem(KEPT, params);
    return sessionStorage.getItem(KEPT);
  } catch {
    // Storage is off: the page has to be opened by Telegram again after a reload.
    return null;
  }
}

function read(): Launch {
  const { params, fresh } = launchParams();
  const initData = params.get("tgWebAppData") ?? "";
  const data = new URLSearchParams(initData);
  return {
    initData,
    // Followed once: whoever loads the page again stays where they are.
    startParam: fresh ? (params.get("tgWebAppStartParam") ?? data.get("start_param")) : null,
    theme: parse<Theme>(params.get("tgWebAppThemeParams")) ?? {},
    language: parse<{ language_code?: string }>(data.get("user"))?.language_code ?? null,
  };
}

function parse<T extends object>(json: string | null): T | null {
  try {
    const value: unknown = JSON.parse(json ?? "null");
    return value !== null && typeof value === "object" ? (value as T) : null;
  } catch {
    return null;
  }
}

type Post = typeof postEvent;

/** Tells Telegram something. A host that is too old for it, or none, is no error. */
export const tell: Post = ((...args: Parameters<Post>) => {
  if (!isHosted) return;
  try {
    postEvent(...args);
  } catch {
    // An event that this host does not know.
  }
}) as Post;

export { off, on };

/** To be called once, when the page can be seen. */
export function ready(): void {
  tell("web_app_ready");
  tell("web_app_expand");
  // Pulling down refreshes a list; it must not close the app.
  tell("web_app_setup_swipe_behavior", { allow_vertical_swipe: false });
}

export type Haptic = "success" | "warning" | "error";

export function haptic(kind: Haptic): void {
  tell("web_app_trigger_haptic_feedback", { type: "notification", notification_type: kind });
}

export function tick(): void {
  tell("web_app_trigger_haptic_feedback", { type: "selection_change" });
}

export type Invoice = "paid" | "failed" | "cancelled" | "pending";

/** Opens Telegram's payment form for the invoice behind `link` and tells how it was left. */
export function openInvoice(link: string): Promise<Invoice> {
  const slug = link.slice(link.lastIndexOf("/") + 1).replace(/^\$/, "");
  return new Promise((resolve) => {
    const closed = (event: { slug: string; status: string }) => {
      if (event.slug !== slug) return;
      off("invoice_closed", closed);
      resolve(event.status as Invoice);
    };
    on("invoice_closed", closed);
    tell("web_app_open_invoice", { slug });
  });
}

/** Opens a page outside of the app. */
export function openLink(url: string): void {
  if (!/^https?:\/\//i.test(url)) return;
  if (!isHosted) {
    window.open(url, "_blank", "noopener,noreferrer");
  } else if (/^https:\/\/t\.me\//i.test(url)) {
    tell("web_app_open_tg_link", { path_full: url.slice("https://t.me".length) });
  } else {
    tell("web_app_open_link", { url });
  }
}

/** Whether closing the app would lose something. */
export function askBeforeClosing(yes: boolean): void {
  tell("web_app_setup_closing_behavior", { need_confirmation: yes });
}
