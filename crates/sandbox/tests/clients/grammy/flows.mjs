// Runs the flows of grammY: each with a bot of its own, several at once.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Bot, GrammyError } from "grammy";
import { Phone } from "./phones.mjs";

const AT_ONCE = 6;
const LONGEST = 25_000;
const flows = [];

export const texts = JSON.parse(readFileSync(process.env.TELEGRAM_TEXTS, "utf8"));

// Adds a flow under the name that is printed.
export function flow(name, body) {
  flows.push({ name, body });
}

// grammY's own exception, of this code and with these words.
export async function refuses(call, code, words) {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof GrammyError, `not a GrammyError: ${error}`);
    assert.equal(error.error_code, code);
    assert.ok(error.description.includes(words), `${words} is not in ${error.description}`);
    return true;
  });
}

// What a flow is given: a bot that nobody else uses, and the people.
class World {
  constructor(token, people) {
    this.api = process.env.TELEGRAM_API;
    this.direct = `${process.env.TELEGRAM_DIRECT}/_sandbox/telegram`;
    this.token = token;
    this.bot = Number(token.split(":")[0]);
    this.username = `flow_${this.bot}_bot`;
    this.people = people;
    this.ends = [];
  }

  async phone(hint = "customer", number = 0) {
    const person = this.people.filter((one) => one.hint === hint)[number];
    const phone = new Phone(this.direct, person);
    await phone.open();
    this.ends.push(() => phone.close());
    return phone;
  }

  // A bot as grammY's documentation makes one.
  grammy(client = {}, token = this.token) {
    return new Bot(token, { client: { apiRoot: this.api, ...client } });
  }

  // Polls with a bot until the flow ends; a handler that fails fails the flow.
  async poll(bot, options = {}) {
    const begun = new Promise((resolve) => {
      this.polls = bot.start({ onStart: resolve, timeout: 10, ...options });
      this.polls.catch((error) => this.fail(error));
    });
    this.ends.push(async () => {
      await bot.stop();
      await this.polls.catch(() => {});
    });
    await Promise.race([begun, this.failed]);
    return bot;
  }

  // Sets what the server does wrong on request, for this bot only.
  async faults(list, body) {
    const mine = list.map((fault) => ({ bot: this.bot, ...fault }));
    return alone(async () => {
      const headers = { "content-type": "application/json" };
      const set = await fetch(`${this.direct}/faults`, { method: "POST", headers, body: JSON.stringify(mine) });
      assert.equal(set.status, 200, await set.text());
      try {
        await body();
      } finally {
        await fetch(`${this.direct}/faults`, { method: "DELETE" });
      }
    });
  }

  hook(port, path) {
    return `${this.api}/hook/${port}/${path}?bot=${this.bot}`;
  }
}

// The list of faults is one, so one flow at a time has it.
let last = Promise.resolve();
function alone(body) {
  const mine = last.then(body);
  last = mine.catch(() => {});
  return mine;
}

async function runOne(flow, world) {
  const wrong = [];
  let timer;
  world.failed = new Promise((_, reject) => (world.fail = reject));
  world.failed.catch(() => {});
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`was not done after ${LONGEST / 1000} s`)), LONGEST);
  });
  try {
    await Promise.race([flow.body(world), world.failed, late]);
  } catch (error) {
    wrong.push(error.stack, ...(error.error ? [error.error.stack] : []));
  }
  clearTimeout(timer);
  for (const end of world.ends.reverse()) {
    try {
      await end();
    } catch (error) {
      wrong.push(error.stack);
    }
  }
  const findings = await (await fetch(`${world.api}/observer/findings?bot=${world.bot}`)).json();
  if (findings.length) wrong.push("the observer saw:", ...new Set(findings));
  return wrong.join("\n");
}

export async function run() {
  const only = process.argv.slice(2).map((name) => name.replaceAll("_", " "));
  const chosen = flows.filter((one) => !only.length || only.includes(one.name));
  const tokens = process.env.TELEGRAM_TOKENS.split(" ");
  assert.ok(chosen.length > 0 && tokens.length >= flows.length, `${chosen.length} flows chosen`);
  const people = await (await fetch(`${process.env.TELEGRAM_DIRECT}/_sandbox/telegram/people`)).json();
  let failed = 0;
  const left = [...chosen];
  const work = async () => {
    for (let flow = left.shift(); flow; flow = left.shift()) {
      const begun = performance.now();
      const wrong = await runOne(flow, new World(tokens[flows.indexOf(flow)], people));
      const took = ((performance.now() - begun) / 1000).toFixed(1);
      if (wrong) failed += 1;
      console.log(`${wrong ? "FAILED " : "ok     "} grammy   ${flow.name} (${took} s)`);
      if (wrong) console.log(wrong.replaceAll(/^/gm, "        "));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  console.log(`grammy: ${chosen.length - failed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}
