// Telegram's colours become CSS variables (`--tg-bg-color`); kit.css has its own for where there is
// no Telegram. Some of Telegram's own themes are too pale to be read by everybody: what is written
// on, or with, such a colour is made stronger until it can be.

import { launch, on, tell, type Theme } from "./host";

const COLOR = /^#[0-9a-f]{6}$/i;

/** Whether a colour is nearer to white than to black. */
export function isLight(color: string): boolean {
  const bits = Number.parseInt(color.slice(1), 16);
  const [r, g, b] = [(bits >> 16) & 255, (bits >> 8) & 255, bits & 255];
  return 0.299 * r + 0.587 * g + 0.114 * b > 140;
}

/** What people with weak eyes need between a letter and its ground (WCAG AA), and a little more for rounding. */
const READABLE = 4.6;

function luminance(color: string): number {
  const bits = Number.parseInt(color.slice(1), 16);
  const part = (value: number) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part((bits >> 16) & 255) + 0.7152 * part((bits >> 8) & 255) + 0.0722 * part(bits & 255);
}

/** How far two colours are apart, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((one, other) => other - one) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** `color`, moved towards black or white until it can be read with each of `others`. */
export function readable(color: string, ...others: string[]): string {
  const towards = others.every((other) => luminance(other) > 0.18) ? 0 : 255;
  const bits = Number.parseInt(color.slice(1), 16);
  for (let step = 0; step <= 20; step += 1) {
    const part = (shift: number) => Math.round(((bits >> shift) & 255) + (towards - ((bits >> shift) & 255)) * (step / 20));
    const mixed = `#${((part(16) << 16) | (part(8) << 8) | part(0)).toString(16).padStart(6, "0")}`;
    if (others.every((other) => contrast(mixed, other) >= READABLE)) return mixed;
  }
  return color;
}

/** The theme as it is shown. */
export function strengthened(theme: Theme): Theme {
  const known = (...names: string[]) => names.map((name) => theme[name]).filter((color): color is string => color !== undefined && COLOR.test(color));
  const grounds = known("bg_color", "section_bg_color", "secondary_bg_color");
  const strong: Theme = { ...theme };
  const [link] = known("link_color");
  if (link && grounds.length > 0) strong["link_color"] = readable(link, ...grounds);
  const [button, letters] = [known("button_color")[0], known("button_text_color")[0]];
  if (button && letters) strong["button_color"] = readable(button, letters);
  return strong;
}

function paint(given: Theme): void {
  const root = document.documentElement;
  const theme = strengthened(given);
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
