// Telegram's colours become CSS variables (`--tg-bg-color`); kit.css has its own for where there is
// no Telegram.

import { launch, on, tell, type Theme } from "./host";

const COLOR = /^#[0-9a-f]{6}$/i;

/** Whether a colour is nearer to white than to black. */
export function isLight(color: string): boolean {
  const bits = Number.parseInt(color.slice(1), 16);
  const [r, g, b] = [(bits >> 16) & 255, (bits >> 8) & 255, bits & 255];
  return 0.299 * r + 0.587 * g + 0.114 * b > 140;
}

function paint(theme: Theme): void {
  const root = document.documentElement;
  for (const [name, color] of Object.entries(theme)) {
    if (color && COLOR.test(color)) root.style.setProperty(`--tg-${name.replaceAll("_", "-")}`, color);
  }
  const back = theme["bg_color"];
  if (back && COLOR.test(back)) root.dataset["theme"] = isLight(back) ? "light" : "dark";
}

/** Follows Telegram's theme from now on. */
export function followTheme(): void {
  paint(launch.theme);
  on("theme_changed", (event) => paint((event.theme_params ?? {}) as Theme));
  tell("web_app_request_theme");
  tell("web_app_set_header_color", { color_key: "secondary_bg_color" });
}
