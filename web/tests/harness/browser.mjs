// The browser of the tests: a phone for each person, and everything that may not happen on it.

import { chromium } from "playwright-core";

const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** What Telegram says of its colours: those of its web client. */
export const THEMES = {
  light: {
    bg_color: "#ffffff", text_color: "#000000", hint_color: "#707579", link_color: "#3390ec", button_color: "#3390ec", button_text_color: "#ffffff",
    secondary_bg_color: "#f4f4f5", header_bg_color: "#ffffff", accent_text_color: "#3390ec", section_bg_color: "#ffffff", section_header_text_color: "#707579",
    subtitle_text_color: "#707579", destructive_text_color: "#e53935",
  },
  dark: {
    bg_color: "#212121", text_color: "#ffffff", hint_color: "#aaaaaa", link_color: "#8774e1", button_color: "#8774e1", button_text_color: "#ffffff",
    secondary_bg_color: "#0f0f0f", header_bg_color: "#212121", accent_text_color: "#8774e1", section_bg_color: "#212121", section_header_text_color: "#aaaaaa",
    subtitle_text_color: "#aaaaaa", destructive_text_color: "#e53935",
  },
};

export const launchBrowser = (more = []) => chromium.launch({ executablePath: PROGRAM, args: [...SWITCHES, ...more] });

/** The hash with which Telegram opens the app. */
export function launchHash(world, person, { lang = "ru", theme = "light", start } = {}) {
  return new URLSearchParams({
    tgWebAppData: world.initData(person, { language: lang, start }),
    tgWebAppVersion: "9.1",
    tgWebAppPlatform: "weba",
    tgWebAppThemeParams: JSON.stringify(THEMES[theme]),
  }).toString();
}

/**
 * A context of its own: `{context, faults}`. `faults` collects errors of the console and of
 * scripts, what the policy of the page refuses, and requests to another origin.
 */
export async function newContext(browser, world, { lang = "ru", theme = "light", width = 390, height = 844, scale = 1, still = true } = {}) {
  const phone = width < 700;
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    hasTouch: phone,
    isMobile: phone,
    locale: lang === "ru" ? "ru-RU" : "en-GB",
    timezoneId: "Europe/Moscow",
    colorScheme: theme,
    reducedMotion: still ? "reduce" : "no-preference",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  context.setDefaultTimeout(15_000);
  const faults = [];
  const { origin } = new URL(world.url);
  context.on("weberror", (error) => faults.push(`script: ${error.error().message}`));
  context.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    // A refusal that the test provoked is said by the page, too; the console says it by itself.
    if (/^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text()) && new URL(message.location().url || world.url).pathname.match(/^\/(api|orders|cart|products|admin|payments)/)) return;
    faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && !["data:", "blob:"].includes(url.protocol)) faults.push(`elsewhere: ${request.url()}`);
  });
  await context.exposeBinding("__refused", (_source, what) => faults.push(`policy: ${what}`));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => window.__refused(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
    // Hostile texts of the tests call this.
    window.__hostile = (what) => window.__refused(`A HOSTILE TEXT WAS RUN: ${what}`);
  });
  return { context, faults };
}

/** Opens the app in a tab as `person`, or as nobody when that is null. */
export async function openApp(browser, world, person, { path = "", ...options } = {}) {
  const { context, faults } = await newContext(browser, world, options);
  const page = await context.newPage();
  const hash = person === null ? "" : `#${launchHash(world, person, options)}`;
  await page.goto(`${world.url}app/${path}${hash}`);
  await settled(page);
  return { page, context, faults, person, world, options };
}

/** Goes to another place of the app without loading it again. */
export async function goTo(page, path) {
  await page.evaluate((to) => {
    history.pushState(null, "", `/app${to}`);
  }, path);
  await settled(page);
}

/** Waits until a screen is there and nothing on it is still loading. */
export async function settled(page) {
  await page.waitForFunction(() => document.querySelector("h1") !== null && document.querySelector(".bone, .pull .spinner") === null);
}
