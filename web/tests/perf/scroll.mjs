// Through a thousand live orders at 6,000 pixels a second, pages being loaded on the way.

import { openApp } from "../harness/browser.mjs";

/** Frames of the scroll from the trace: `{frames, p95, longest, task}` in milliseconds; `task` is the longest of the main thread. */
export async function scrollThrough(browser, world, person, path, row, wanted) {
  const { page, context, faults } = await openApp(browser, world, person, { path: path.slice(1), still: false });
  const cdp = await context.newCDPSession(page);
  await page.locator(row).first().waitFor();
  await browser.startTracing(page, { categories: ["devtools.timeline", "disabled-by-default-devtools.timeline.frame", "disabled-by-default-devtools.timeline"] });
  await page.evaluate(() => {
    window.__frames = [];
    const frame = (at) => { window.__frames.push(at); window.__frame = requestAnimationFrame(frame); };
    window.__frame = requestAnimationFrame(frame);
  });
  let [rows, still] = [0, 0];
  while (rows < wanted && still < 20) {
    await cdp.send("Input.synthesizeScrollGesture", { x: 195, y: 600, yDistance: -6000, speed: 6000, gestureSourceType: "mouse" });
    const now = await page.locator(row).count();
    still = now === rows ? still + 1 : 0;
    rows = now;
  }
  const frames = await page.evaluate(() => { cancelAnimationFrame(window.__frame); return window.__frames; });
  const trace = JSON.parse((await browser.stopTracing()).toString());
  const spans = frames.slice(1).map((at, n) => at - frames[n]).sort((a, b) => a - b);
  const main = trace.traceEvents.filter(({ name, dur, args }) => name === "RunTask" && dur !== undefined && args !== undefined);
  const threads = new Map(trace.traceEvents.filter(({ name }) => name === "thread_name").map(({ pid, tid, args }) => [`${pid}.${tid}`, args.name]));
  const tasks = main.filter(({ pid, tid }) => threads.get(`${pid}.${tid}`) === "CrRendererMain").map(({ dur }) => dur / 1000);
  const wrong = await countdowns(page, world, row);
  await context.close();
  if (faults.length > 0) throw new Error(faults.join("\n"));
  if (rows < wanted) throw new Error(`the list ends after ${rows} orders`);
  return { rows, frames: spans.length, p50: at(spans, 0.5), p95: at(spans, 0.95), longest: spans.at(-1), task: Math.max(...tasks), wrong };
}

const at = (sorted, share) => sorted[Math.floor((sorted.length - 1) * share)];

/** How many seconds the countdowns in sight are off, at most, from what the server says. */
async function countdowns(page, world, row) {
  const shown = await page.evaluate((selector) => [...document.querySelectorAll(selector)]
    .filter((one) => { const box = one.getBoundingClientRect(); return box.top > 0 && box.bottom < innerHeight; })
    .map((one) => ({ id: one.getAttribute("href")?.split("/").at(-1), text: one.querySelector(".countdown")?.textContent, at: Date.now() })), row);
  let most = 0;
  for (const { id, text, at: seen } of shown) {
    if (!text) continue;
    const order = await world.call(null, "GET", `/api/orders/${id}`);
    const left = (Date.parse(order.expires_at) - (seen + world.now() - Date.now())) / 1000;
    const parts = text.match(/\d+/g).map(Number);
    const said = parts.reduce((sum, part) => sum * 60 + part, 0);
    most = Math.max(most, Math.abs(left - said));
  }
  if (shown.length === 0) throw new Error("no order is in sight");
  return most;
}
