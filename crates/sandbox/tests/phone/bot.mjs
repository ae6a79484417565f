// A bot of the test: answers what the phone does through the Bot API, as any bot would.

export class Bot {
  #api;
  #stopped = new AbortController();
  #held = [];
  /** What has reached the bot, as `kind` or `kind:detail`, in order. */
  seen = [];
  /** While true, pressed buttons stay without an answer until `release()`. */
  holds = false;

  constructor(api, token) {
    this.#api = `${api}/bot${token}`;
  }

  /** A call with a body of JSON, or of a form with files in it. */
  async call(method, params = {}) {
    const form = params instanceof FormData;
    const response = await fetch(`${this.#api}/${method}`, {
      method: "POST",
      headers: form ? {} : { "content-type": "application/json" },
      body: form ? params : JSON.stringify(params),
      signal: this.#stopped.signal,
    });
    const answer = await response.json();
    if (!answer.ok) throw new Error(`${method}: ${answer.description}`);
    return answer.result;
  }

  /** Sets itself up and answers updates until it is stopped. */
  async start(appUrl) {
    this.appUrl = appUrl;
    await this.call("setMyCommands", { commands: [{ command: "start", description: "Menu" }, { command: "keys", description: "Show keys" }] });
    await this.call("setMyCommands", { language_code: "ru", commands: [{ command: "start", description: "Меню" }, { command: "keys", description: "Показать клавиши" }] });
    await this.call("setChatMenuButton", { menu_button: { type: "web_app", text: "Open", web_app: { url: appUrl } } });
    await this.call("setMyDescription", { description: "A bot that tries the phone" });
    this.running = this.#run();
  }

  async #run() {
    let offset = 0;
    while (!this.#stopped.signal.aborted) {
      try {
        const updates = await this.call("getUpdates", { offset, timeout: 10, allowed_updates: ["message", "edited_message", "callback_query", "pre_checkout_query", "my_chat_member"] });
        for (const update of updates) {
          offset = update.update_id + 1;
          await this.#take(update);
        }
      } catch (error) {
        if (!this.#stopped.signal.aborted) this.failure ??= error;
        return;
      }
    }
  }

  async stop() {
    this.#stopped.abort();
    await this.running;
    if (this.failure) throw this.failure;
  }

  release() {
    this.holds = false;
    for (const go of this.#held.splice(0)) go();
  }

  async #take({ message, edited_message: edited, callback_query: query, pre_checkout_query: checkout, my_chat_member: member }) {
    if (message?.text !== undefined) await this.#heard(message);
    if (message?.successful_payment) {
      this.charge = message.successful_payment.telegram_payment_charge_id;
      this.seen.push(`paid:${message.successful_payment.total_amount}`);
    }
    if (message?.web_app_data) this.seen.push(`data:${message.web_app_data.button_text}:${message.web_app_data.data}`);
    if (message?.refunded_payment) this.seen.push("refunded");
    if (edited) this.seen.push(`edited:${edited.text}`);
    if (member) this.seen.push(`member:${member.new_chat_member.status}`);
    if (checkout) await this.call("answerPreCheckoutQuery", this.refuses ? { pre_checkout_query_id: checkout.id, ok: false, error_message: this.refuses } : { pre_checkout_query_id: checkout.id, ok: true });
    if (query) {
      this.seen.push(`press:${query.data}`);
      if (this.holds) new Promise((go) => this.#held.push(go)).then(() => this.#pressed(query));
      else await this.#pressed(query);
    }
  }

  async #heard({ chat, text }) {
    this.seen.push(`text:${text}`);
    const reply = (params) => this.call("sendMessage", { chat_id: chat.id, ...params });
    if (text.startsWith("/start")) {
      await reply({
        parse_mode: "HTML",
        text: "<b>Bold</b> <i>slanted</i> <u>under</u> <s>gone</s> <code>x = 1</code> <tg-spoiler>secret</tg-spoiler> /keys <a href=\"https://example.com/\">a link</a>\n&lt;img src=x onerror=alert(1)&gt;",
        reply_markup: { inline_keyboard: [
          [{ text: "Take", callback_data: "take" }, { text: "Warn", callback_data: "warn" }],
          [{ text: "Copy", copy_text: { text: "copied" } }, { text: "Site", url: "https://example.com/site" }],
          [{ text: "App", web_app: { url: this.appUrl } }, { text: "Invoice", callback_data: "invoice" }],
        ] },
      });
    } else if (text === "/keys") {
      await reply({ text: "Keys", reply_markup: { keyboard: [[{ text: "Mine" }, { text: "Help" }], [{ text: "Form", web_app: { url: `${this.appUrl}blank` } }]], resize_keyboard: true, input_field_placeholder: "Choose" } });
    } else if (text === "/nokeys") {
      await reply({ text: "No keys", reply_markup: { remove_keyboard: true } });
    } else if (text === "/refund") {
      await this.call("refundStarPayment", { user_id: chat.id, telegram_payment_charge_id: this.charge });
    } else {
      await reply({ text: `Heard: ${text}` });
    }
  }

  async #pressed({ id, data, message }) {
    const place = { chat_id: message.chat.id, message_id: message.message_id };
    if (data === "take") {
      await this.call("answerCallbackQuery", { callback_query_id: id, text: "Taken" });
      await this.call("editMessageText", { ...place, text: "The contact is open", reply_markup: { inline_keyboard: [[{ text: "Done", callback_data: "done" }, { text: "Invoice", callback_data: "invoice" }]] } });
    } else if (data === "warn") {
      await this.call("answerCallbackQuery", { callback_query_id: id, text: "Mind the gap", show_alert: true });
    } else if (data === "invoice") {
      await this.call("answerCallbackQuery", { callback_query_id: id });
      await this.call("sendInvoice", { chat_id: message.chat.id, title: "Top-up", description: "100 roubles on the balance", payload: "p1", currency: "XTR", prices: [{ label: "Top-up", amount: 56 }], provider_token: "" });
    } else if (data === "done") {
      await this.call("answerCallbackQuery", { callback_query_id: id });
      await this.call("deleteMessage", place);
    }
  }
}
