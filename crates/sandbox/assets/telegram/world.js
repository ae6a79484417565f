// What the phone knows: the people, and Telegram as the chosen one sees it. It is read once and
// then kept up to date by events. Nothing here knows how anything looks.

import { changed, state } from "../state.js";
import { act, events, readPeople, readState } from "./api.js";

const KEPT = 200;
/** How often the unread messages of the others are counted. */
const OTHERS = 3000;
/** How long a pressed button waits for the bot. */
const PATIENCE = 15_000;

export const tg = {
  /** `null` before the first answer, `[]` without a local Telegram. */
  people: null,
  me: 0,
  /** `GET state` of the chosen person, with `chats` as a map by id; `null` while it is on its way. */
  view: null,
  seq: 0,
  /** Id of the chat, or of the bot without one, that is on the screen. */
  open: null,
  /** Set when the screen changes: the chat that was left or entered. The keyboard follows. */
  moved: null,
  /** Unread messages of each person. */
  unread: new Map(),
  /** What was typed and not sent, by chat. */
  drafts: new Map(),
  /** `{chat, message, edit}`: what is being answered or edited. */
  about: null,
  /** Payload of a `t.me/BOT?start=…` link, by bot, until Start is pressed. */
  starts: new Map(),
  /** Buttons that wait for the bot's answer: key of the button to when. */
  waiting: new Map(),
  /** Bot keyboards put away by the person: chat to id of the message that brought it. */
  folded: new Map(),
  /** The Mini App on the screen, and what lies over everything: see `app.js` and `over.js`. */
  app: null,
  over: [],
};

/** Called with the answers to pressed buttons, and when another person takes the phone. */
export const hooks = { answered: () => {}, left: () => {} };

export const myself = () => tg.people?.find((person) => person.id === tg.me);
export const chatOf = (id) => tg.view?.chats.get(id);
export const botOf = (id) => tg.view?.bots.find((bot) => bot.id === id);

/** One act of the chosen person. */
export const doAs = (type, fields) => act(tg.me, type, fields);

export async function loadPeople() {
  const answer = await readPeople();
  if (!answer.ok) {
    tg.people ??= [];
    changed();
    return false;
  }
  tg.people = answer.data;
  for (const person of answer.data) {
    if (person.unread !== undefined) tg.unread.set(person.id, person.unread);
  }
  changed();
  return true;
}

/** The language of the page is that of everybody's Telegram. */
export async function speak(lang) {
  const others = (tg.people ?? []).filter((person) => person.language_code !== lang);
  if (others.length === 0) return;
  await Promise.all(
    others.map(async (person) => {
      const answer = await act(person.id, "language", { language_code: lang });
      if (answer.ok) person.language_code = lang;
    }),
  );
  if (tg.view !== null) await reload();
}

/** Gives the phone to another person. */
export async function become(id) {
  if (tg.me === id && tg.view !== null) return;
  hooks.left();
  Object.assign(tg, { me: id, view: null, open: null, about: null, app: null, over: [] });
  tg.waiting.clear();
  stopListening();
  changed();
  await reload();
}

let lastRead = 0;

export async function reload() {
  const [as, turn] = [tg.me, (lastRead += 1)];
  const answer = await readState(as);
  if (tg.me !== as || turn !== lastRead) return;
  if (!answer.ok) {
    setTimeout(() => tg.me === as && turn === lastRead && reload(), 2000);
    return;
  }
  const chats = new Map(answer.data.chats.map((chat) => [chat.id, chat]));
  tg.view = { ...answer.data, chats };
  tg.seq = answer.data.seq;
  countMine();
  listen();
  changed();
}

let source = null;

export function stopListening() {
  source?.close();
  source = null;
}

/** Follows the events, unless nobody looks: a browser has few connections for one server. */
export function listen() {
  stopListening();
  if (tg.view === null || document.visibilityState === "hidden") return;
  const mine = events(tg.me, tg.seq);
  source = mine;
  mine.addEventListener("error", () => {
    // The browser tries again by itself, except after an answer that is no stream.
    if (mine === source && mine.readyState === EventSource.CLOSED) setTimeout(() => mine === source && reload(), 3000);
  });
  for (const [name, take] of Object.entries(takers)) {
    mine.addEventListener(name, (event) => {
      if (mine !== source) return;
      if (event.lastEventId !== "") tg.seq = Number(event.lastEventId);
      take(event.data === "" ? {} : JSON.parse(event.data));
      changed();
    });
  }
}

const takers = {
  message: ({ chat, message }) => tookMessage(chat, message),
  edited: ({ chat, message }) => putMessage(chat, message),
  deleted({ chat, message_ids }) {
    const known = chatOf(chat);
    if (known !== undefined) known.messages = known.messages.filter((message) => !message_ids.includes(message.message_id));
  },
  chat({ chat }) {
    const known = chatOf(chat.id);
    tg.view.chats.set(chat.id, { messages: [], ...known, ...chat, messages: known?.messages ?? chat.messages ?? [] });
    countMine();
  },
  answer(answer) {
    answers.set(answer.callback_query_id, answer);
    settle(answer.callback_query_id);
  },
  stars: ({ stars }) => { tg.view.me.stars = stars; },
  bots: ({ bots }) => { tg.view.bots = bots; },
  reset: () => { reload(); },
};

/** A message into its place; whether it is new there. */
function putMessage(id, message) {
  const messages = chatOf(id)?.messages;
  if (messages === undefined) return false;
  const at = messages.findIndex((other) => other.message_id === message.message_id);
  if (at >= 0) {
    messages[at] = message;
    return false;
  }
  messages.push(message);
  messages.sort((a, b) => a.message_id - b.message_id);
  if (messages.length > KEPT) messages.shift();
  return true;
}

function tookMessage(id, message) {
  if (chatOf(id) === undefined) {
    // Its chat comes with an event of its own; a server that says them in the other order is read anew.
    reload();
    return;
  }
  if (!putMessage(id, message) || message.out) return;
  chatOf(id).unread += 1;
  countMine();
  readOpen();
}

/** What is on the screen has been read. */
export async function readOpen() {
  const chat = chatOf(tg.open);
  if (chat === undefined || chat.unread === 0 || state.market !== "telegram" || document.visibilityState === "hidden") return;
  chat.unread = 0;
  countMine();
  await doAs("read", { chat: chat.id });
}

function countMine() {
  const all = [...tg.view.chats.values()].reduce((sum, chat) => sum + chat.unread, 0);
  tg.unread.set(tg.me, all);
}

/** Counts what the others have not read. */
async function countOthers() {
  if (document.visibilityState === "hidden" || state.market !== "telegram" || tg.view === null) return;
  // A server that counts itself saves reading everything.
  if (tg.people.every((person) => person.unread !== undefined)) {
    const mine = tg.unread.get(tg.me);
    if (await loadPeople()) tg.unread.set(tg.me, mine);
    return;
  }
  for (const { id } of tg.people.filter((person) => person.id !== tg.me)) {
    const answer = await readState(id);
    if (answer.ok && id !== tg.me) tg.unread.set(id, answer.data.chats.reduce((sum, chat) => sum + chat.unread, 0));
  }
  changed();
}

export async function countForever() {
  for (;;) {
    await countOthers();
    await new Promise((resolve) => setTimeout(resolve, OTHERS));
  }
}

/** Answers that came, perhaps before the press itself was answered. */
const answers = new Map();
const pressed = new Map();

/** The button `key` waits for the answer to the query `id`. */
export function awaitAnswer(key, id) {
  pressed.set(id, key);
  if (answers.has(id)) {
    settle(id);
    return;
  }
  setTimeout(() => {
    if (pressed.delete(id)) {
      tg.waiting.delete(key);
      changed();
    }
  }, PATIENCE);
}

function settle(id) {
  const key = pressed.get(id);
  if (key === undefined) return;
  const answer = answers.get(id);
  pressed.delete(id);
  answers.delete(id);
  tg.waiting.delete(key);
  hooks.answered(answer);
  changed();
}

/** Puts what an act answered into its place, without waiting for the event. */
export function took(answer, chat) {
  if (answer.ok && answer.data?.message !== undefined && putMessage(chat, answer.data.message)) changed();
}
