// The figures of the Mini App, beside what they may be: `npm run perf`. `npm run build` comes first; the
// program is named by TORG_BIN and should be the one that people run, built for release.

import { launchBrowser } from "../harness/browser.mjs";
import { ANNA, VERA, World } from "../harness/world.mjs";
import { bundle } from "./bundle.mjs";
import { coldLoad } from "./cold.mjs";
import { scrollThrough } from "./scroll.mjs";

const FEED = "/services/feed";
const ROW = "[data-testid=feed-row]";
const CATEGORIES = ["Сантехника", "Электрика", "Бытовой ремонт", "Клининг", "Сборка/установка", "Бытовая техника", "Другое"];
const CITIES = ["Москва", "Санкт-Петербург", "Казань"];
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
let failed = false;

/** One line: what, how much, and the most that it may be. */
function line(what, value, most, unit) {
  const over = most !== null && value > most;
  failed ||= over;
  console.log(`${what.padEnd(48)} ${value.toFixed(unit === "" ? 3 : 1).padStart(9)} ${unit.padEnd(3)} ${most === null ? "" : `at most ${most}`}${over ? "   TOO MUCH" : ""}`);
}

let posted = 0;

async function post(world, count) {
  const end = posted + count;
  for (; posted < end; posted += 50) {
    const n = posted;
    await Promise.all(Array.from({ length: Math.min(50, end - n) }, (_, i) => world.order({ ...ANNA, id: 100_000 + n + i }, {
      category: CATEGORIES[(n + i) % 7],
      city: CITIES[(n + i) % 3],
      description: `Заказ ${n + i}: нужен мастер сегодня, работы примерно на ${1 + ((n + i) % 5)} часа, инструмент есть`,
      contact: `+7 916 ${String(3_000_000 + n + i)}`,
    })));
  }
}

const { script, style, later } = bundle();
line("JavaScript before the first screen, gzip", script / 1000, 60, "kB");
line("Styles before the first screen, gzip", style / 1000, null, "kB");
for (const { name, size } of later.slice(0, 6)) line(`  later: ${name}`, size / 1000, null, "kB");

const world = await World.start();
const browser = await launchBrowser();
try {
  await post(world, 30);
  const loads = [];
  for (let n = 0; n < 5; n += 1) loads.push(await coldLoad(browser, world, VERA, FEED, ROW));
  line("Cold load, first paint, median of 5", median(loads.map(({ paint }) => paint)), null, "ms");
  line("Cold load, orders on screen, median of 5", median(loads.map(({ data }) => data)), 2000, "ms");
  line("Cold load, orders on screen, slowest of 5", Math.max(...loads.map(({ data }) => data)), null, "ms");
  line("Layout shift, worst of 5", Math.max(...loads.map(({ shift }) => shift)), 0.05, "");
  await post(world, 1000);
  const scrolled = await scrollThrough(browser, world, VERA, FEED, ROW, 1000);
  line("Orders scrolled through", scrolled.rows, null, "");
  line("Frame, median", scrolled.p50, null, "ms");
  line("Frame, 95 of 100 are shorter than", scrolled.p95, 34, "ms");
  line("Frame, longest", scrolled.longest, null, "ms");
  line("Task of the main thread, longest", scrolled.task, null, "ms");
  line("Countdowns in sight are off by at most", scrolled.wrong, 2, "s");
} finally {
  await browser.close();
  await world.stop();
}
process.exitCode = failed ? 1 : 0;
