// The phones of the people, through the contract below `/_sandbox/telegram`.

const PATIENCE = 8_000;

// What a person cannot do.
export class Refused extends Error {}

// Whether an event is of a chat.
const at = (event, chat) => (event.chat.id ?? event.chat) === chat;
const said = (message) => message.text ?? message.caption ?? "";

// One person. Every event that comes is looked at once, by whoever waits for its like.
export class Phone {
  constructor(base, person) {
    this.base = base;
    this.person = person;
    this.id = person.id;
    this.events = [];
    this.waiting = [];
    this.end = new AbortController();
  }

  async open() {
    const { seq } = await this.state();
    const url = `${this.base}/events?as=${this.id}&after=${seq}`;
    const stream = await fetch(url, { signal: this.end.signal });
    this.read(stream.body).catch((error) => {
      if (!this.end.signal.aborted) throw error;
    });
  }

  close() {
    this.end.abort();
  }

  async read(body) {
    let rest = "";
    for await (const bytes of body.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + bytes).split("\n\n");
      rest = parts.pop();
      for (const part of parts) {
        const lines = part.split("\n");
        const field = (name) => lines.find((l) => l.startsWith(`${name}:`))?.slice(name.length + 1).trim();
        if (field("data")) this.take({ kind: field("event"), data: JSON.parse(field("data")) });
      }
    }
  }

  take(event) {
    const i = this.waiting.findIndex((one) => one.fits(event));
    if (i < 0) this.events.push(event);
    else this.waiting.splice(i, 1)[0].done(event.data);
  }

  // The first event of this kind that nobody has taken and that `where` is true of.
  event(what, kind, where) {
    const fits = (event) => event.kind === kind && where(event.data);
    const i = this.events.findIndex(fits);
    if (i >= 0) return this.events.splice(i, 1)[0].data;
    return new Promise((resolve, reject) => {
      const seen = () => JSON.stringify(this.events).slice(0, 1500);
      const late = () => reject(new Error(`${this.person.first_name} never saw ${what}; there was ${seen()}`));
      const timer = setTimeout(late, PATIENCE);
      const done = (data) => (clearTimeout(timer), resolve(data));
      this.waiting.push({ fits, done });
    });
  }

  // A message of somebody else in a chat; `text` is a part of its text.
  async message(chat, text = "") {
    const fits = (event) => at(event, chat) && !event.message.out && said(event.message).includes(text);
    return (await this.event(`a message ${text} in ${chat}`, "message", fits)).message;
  }

  async edited(chat, text = "") {
    const fits = (event) => at(event, chat) && said(event.message).includes(text);
    return (await this.event(`an edit ${text}`, "edited", fits)).message;
  }

  deleted(chat, message) {
    const fits = (event) => at(event, chat) && event.message_ids.includes(message);
    return this.event(`the end of ${message}`, "deleted", fits);
  }

  async act(type, fields = {}) {
    const body = JSON.stringify({ as: this.id, type, ...fields });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${this.base}/act`, { method: "POST", headers, body });
    const got = await answer.json();
    if (!answer.ok) throw new Refused(`${got.code}: ${got.detail}`);
    return got;
  }

  async state() {
    const answer = await fetch(`${this.base}/state?as=${this.id}`);
    return answer.json();
  }

  async shownBot(bot) {
    return (await this.state()).bots.find((one) => one.id === bot);
  }

  start(bot, payload) {
    return this.act("start", { bot, payload });
  }

  async send(chat, text) {
    return (await this.act("send", { chat, text })).message;
  }

  // Presses the button with this label.
  tap(chat, message, label) {
    for (const [row, buttons] of message.reply_markup.inline_keyboard.entries()) {
      const column = buttons.findIndex((button) => button.text === label);
      if (column >= 0) return this.act("press", { chat, message: message.message_id, row, column });
    }
    throw new Error(`there is no button ${label}`);
  }

  // Presses a button and waits for the bot's answer to it.
  async tapAndSee(chat, message, label) {
    const { callback_query_id: query } = await this.tap(chat, message, label);
    return this.event(`an answer to ${query}`, "answer", (event) => event.callback_query_id === query);
  }
}
