// The market's story, played through the same API calls that the buttons make.

import { advance, call, loadBalance, loadDetail, loadPerson, recharge, refresh } from "./api.js";
import { fill, h, keep } from "./dom.js";
import { exampleJob, post, take, unfold } from "./orders.js";
import { avatar, become } from "./panels.js";
import { changed, personById, state } from "./state.js";
import { personName, refusal, roubles, t, unbroken } from "./text.js";

const PAUSE = 3200;

const anna = () => state.people.find((person) => person.role === "customer");
const executors = () => state.people.filter((person) => person.role === "executor");
const first = (person) => personName(person.name).split(" ")[0];
const say = (ru, en) => (state.lang === "ru" ? ru : en);
const balances = () => executors().map((person) => state.balances.get(person.id));

// Each step says what is about to happen, does it, and says what came of it. `who` acts.
const steps = [
  {
    who: anna,
    before: () => say("Перед началом у каждого исполнителя на балансе должны быть деньги.", "To begin with, every executor needs money on the balance."),
    run: async () => {
      for (const person of executors()) {
        await loadBalance(person);
        if ((state.balances.get(person.id) ?? 0) < 2) must(await recharge(person, 10));
      }
      return `${executors().map((person) => `${first(person)} ${roubles(state.balances.get(person.id))}`).join(" · ")}`;
    },
  },
  {
    who: anna,
    before: () => say(`${first(anna())} размещает срочный заказ. Это бесплатно.`, `${first(anna())} posts an urgent job. It is free.`),
    run: async (story) => {
      const answer = must(await post(exampleJob()));
      story.order = answer.data.id;
      story.balances = balances();
      return say("Заказ виден всем, контакт никому.", "Everyone sees the job, nobody sees the contact.");
    },
  },
  takeStep(0),
  takeStep(1),
  takeStep(2),
  {
    who: () => executors()[3],
    before: () => say(`${first(executors()[3])} приходит четвёртой. Мест только три.`, `${first(executors()[3])} comes fourth. There are only three places.`),
    run: async (story) => {
      await look(story);
      const answer = await take();
      if (answer.ok) throw new Error("The fourth executor was let in");
      return refusal(answer);
    },
    refused: true,
  },
  {
    who: anna,
    before: () => say(`${first(anna())} не отвечает. Переводим часы на 15 минут вперёд.`, `${first(anna())} does not answer. We move the clock 15 minutes ahead.`),
    run: async (story) => {
      must(await advance(15 * 60));
      const order = await until(story, (order) => order.status !== "active");
      return say(`Заказ: ${t(`status_${order.status}`)}.`, `The order: ${t(`status_${order.status}`)}.`);
    },
  },
  {
    who: () => executors()[0],
    before: () => say("За молчание исполнители не платят: каждый из трёх получает свои 2 ₽ обратно.", "Executors do not pay for silence: each of the three gets the 2 ₽ back."),
    run: async (story) => {
      for (let round = 0; round < 20; round += 1) {
        for (const person of executors()) await loadBalance(person);
        if (balances().every((balance, i) => balance >= story.balances[i])) break;
        await wait(500);
      }
      await Promise.all([loadPerson(), loadDetail()]);
      const back = balances().every((balance, i) => balance === story.balances[i]);
      if (!back) throw new Error(say("Возврат ещё не пришёл.", "The refund has not come yet."));
      return say("Балансы те же, что и до взятий. В выписке видны обе строки: −2 ₽ и +2 ₽.", "Balances are what they were before. The statement shows both lines: −2 ₽ and +2 ₽.");
    },
  },
];

function takeStep(i) {
  const who = () => executors()[i];
  return {
    who,
    before: () => say(`${first(who())} платит 2 ₽ за контакт.`, `${first(who())} pays 2 ₽ for the contact.`),
    run: async (story) => {
      await look(story);
      const { contact, executor_count: count, new_balance: balance } = must(await take()).data;
      return say(`Контакт открыт: ${unbroken(contact)}. Мест занято ${count} из 3, на балансе ${roubles(balance)}.`, `The contact is open: ${unbroken(contact)}. ${count} of 3 places taken, ${roubles(balance)} left.`);
    },
  };
}

function must(answer) {
  if (!answer.ok) throw new Error(refusal(answer));
  return answer;
}

async function look(story) {
  if (state.open !== story.order || state.detail === null) await unfold(story.order);
}

async function until(story, done) {
  for (let round = 0; ; round += 1) {
    const { data } = must(await call(anna(), "GET", `/api/orders/${story.order}`, undefined, "read"));
    if (done(data) || round === 20) return data;
    await wait(500);
  }
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** `at` is the step shown, `said` what came of it (`null` while it runs). */
async function play() {
  if (executors().length < 4) return;
  const story = { at: -1, said: null, call: null, failed: false, paused: false, finished: false, stopped: false, go: null, order: null, balances: [] };
  state.story = story;
  state.tab = "active";
  for (const [at, step] of steps.entries()) {
    Object.assign(story, { at, said: null, call: null });
    const before = state.log.find((entry) => entry.kind === "act");
    await become(step.who().id);
    changed();
    await rest(story, PAUSE / 2);
    if (story.stopped) return;
    try {
      story.said = await step.run(story);
    } catch (error) {
      Object.assign(story, { said: error.message, failed: true, finished: true });
      changed();
      return;
    } finally {
      const last = state.log.find((entry) => entry.kind === "act");
      story.call = last === before ? null : last;
    }
    changed();
    if (at === steps.length - 1) break;
    await rest(story, PAUSE);
    if (story.stopped) return;
  }
  story.finished = true;
  await refresh(true);
}

/** Waits, and goes on waiting while the story is paused; "next" ends both. */
function rest(story, milliseconds) {
  return new Promise((resolve) => {
    let waited = 0;
    const timer = setInterval(() => {
      waited += story.paused ? 0 : 100;
      if (waited >= milliseconds || story.stopped) story.go();
    }, 100);
    story.go = () => {
      clearInterval(timer);
      resolve();
    };
  });
}

export function drawStory(box) {
  const story = state.story;
  box.classList.toggle("running", story !== null && !story.finished);
  const facts = [state.lang, state.people.length, story && [story.at, story.said, story.call?.id, story.paused, story.finished]];
  fill(box, keep("story", facts, () => (story === null ? invitation() : stage(story))));
}

function button(name, kind, run) {
  return h(kind, { type: "button", "data-focus": `story-${name}`, onclick: run }, t(name));
}

function invitation() {
  return h(
    "div.invitation",
    null,
    h("h1", { id: "story-title" }, t("title")),
    h("p", null, t("lead")),
    h("div.actions", null, button("run", "button.primary.large", () => play()), h("span", null, t("or_try"))),
  );
}

/** The call behind the step, as the log shows it. */
function wire({ method, path, status, received }) {
  return h("p.wire", null, h("b", null, `${method} `), `${path} → `, h(`b.c${Math.floor(status / 100)}`, null, [status || "—", received?.code].filter(Boolean).join(" ")));
}

function stage(story) {
  const step = steps[Math.max(0, story.at)];
  const set = (values) => { Object.assign(story, values); changed(); };
  return h(
    "div.stage",
    null,
    h(
      "div.progress",
      { role: "img", ariaLabel: t("step_of", { n: story.at + 1, of: steps.length }) },
      steps.map((_, i) => h(i < story.at || story.finished ? "i.past" : i === story.at ? "i.now" : "i", null)),
    ),
    h(
      "div.caption",
      null,
      avatar(personById(step.who().id), ".large"),
      h(
        "div",
        { ariaLive: "polite" },
        h("small", null, t("step_of", { n: story.at + 1, of: steps.length })),
        h("h1", { id: "story-title" }, step.before()),
        h(`p.said${story.failed ? ".bad" : step.refused ? ".refused" : ""}`, null, story.said ?? "…"),
        story.call === null ? null : wire(story.call),
      ),
    ),
    h(
      "div.actions",
      null,
      story.finished ? button("again", "button.primary", () => play()) : null,
      story.finished ? null : button(story.paused ? "resume" : "pause", story.paused ? "button.primary" : "button", () => set({ paused: !story.paused })),
      story.finished ? null : button("next", "button", () => story.go?.()),
      button("stop", "button.plain", () => { story.stopped = true; state.story = null; changed(); }),
    ),
  );
}
