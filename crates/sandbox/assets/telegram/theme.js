// Light and dark: for the page, for the phone, and for the Mini App in it, which gets the colours
// under the names that Telegram gives them.

import { changed } from "../state.js";

const themes = {
  light: {
    bg_color: "#ffffff",
    secondary_bg_color: "#eff1f4",
    text_color: "#101418",
    hint_color: "#66707a",
    link_color: "#1a6fbf",
    button_color: "#1a6fbf",
    button_text_color: "#ffffff",
    header_bg_color: "#ffffff",
    bottom_bar_bg_color: "#ffffff",
    accent_text_color: "#1a6fbf",
    section_bg_color: "#ffffff",
    section_header_text_color: "#1a6fbf",
    section_separator_color: "#e3e6ea",
    subtitle_text_color: "#66707a",
    destructive_text_color: "#c62f28",
  },
  dark: {
    bg_color: "#18222d",
    secondary_bg_color: "#0f1720",
    text_color: "#f2f5f7",
    hint_color: "#93a1ae",
    link_color: "#6cb4f5",
    button_color: "#2a78bf",
    button_text_color: "#ffffff",
    header_bg_color: "#18222d",
    bottom_bar_bg_color: "#18222d",
    accent_text_color: "#6cb4f5",
    section_bg_color: "#18222d",
    section_header_text_color: "#6cb4f5",
    section_separator_color: "#2a3643",
    subtitle_text_color: "#93a1ae",
    destructive_text_color: "#ff8a80",
  },
};

export const choices = ["system", "light", "dark"];
const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
const listeners = new Set();

let chosen = "system";

export const theme = () => chosen;
export const scheme = () => (chosen === "system" ? (dark.matches ? "dark" : "light") : chosen);
export const themeParams = () => ({ ...themes[scheme()] });

export function onTheme(listener) {
  listeners.add(listener);
}

function apply() {
  if (chosen === "system") delete root.dataset.theme;
  else root.dataset.theme = chosen;
  for (const [name, color] of Object.entries(themes[scheme()])) root.style.setProperty(`--tg-${name.replaceAll("_", "-")}`, color);
  for (const listener of listeners) listener();
  changed();
}

export function chooseTheme(name) {
  chosen = choices.includes(name) ? name : "system";
  try {
    localStorage.setItem("theme", chosen);
  } catch {
    // A browser that keeps nothing begins with the system's.
  }
  apply();
}

export function firstTheme() {
  let kept = null;
  try {
    kept = localStorage.getItem("theme");
  } catch {
    // As above.
  }
  chosen = choices.includes(kept) ? kept : "system";
  dark.addEventListener("change", apply);
  apply();
}

/** Is this background dark, so that what stands on it must be light? */
export function isDark(color) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return r * 0.299 + g * 0.587 + b * 0.114 < 140;
}
