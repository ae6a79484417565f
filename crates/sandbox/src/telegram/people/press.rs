//! Buttons and links, and where they lead.

use super::{BotName, Done};
use crate::telegram::error::Refusal;
use crate::telegram::world::{Callback, ChatId, Target, Viewer, World, put, target};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use torg_platform::UserId;
use torg_telegram::init_data::{SecretKey, User, sign};

impl World {
    pub(super) fn press(
        &mut self,
        person: i64,
        chat: i64,
        id: i64,
        row: usize,
        column: usize,
    ) -> Done {
        let chat = self.chat_of(person, chat)?;
        let message = self.message(chat, id);
        let message = message.ok_or_else(|| Refusal::unknown("message"))?;
        let rows = message.reply_markup.as_ref().and_then(|markup| {
            let inline = markup.get("inline_keyboard");
            inline.or_else(|| markup.get("keyboard"))
        });
        let button = rows
            .and_then(|rows| rows.get(row))
            .and_then(|row| row.get(column));
        let button = button.cloned();
        let button = button.ok_or_else(|| Refusal::new("unknown_button", "no such button"))?;
        let (author, invoice) = (message.author, message.invoice.clone());
        let field = |name: &str| button.get(name).and_then(Value::as_str);
        if let Some(url) = field("url") {
            return self.follow(person, url);
        }
        if let Some(data) = field("callback_data") {
            return self.call_back(person, chat, id, author, data);
        }
        if let Some(url) = button.pointer("/web_app/url").and_then(Value::as_str) {
            let opened = self.web_app(person, author, url.to_owned(), None)?;
            return Ok(json!({ "web_app": opened }));
        }
        if let (Some(slug), true) = (invoice, button.get("pay").is_some()) {
            let invoice = self.invoices.get(&slug);
            let invoice = invoice.ok_or_else(|| Refusal::unknown("invoice"))?;
            return Ok(json!({
                "invoice": invoice.card(),
                "chat": chat.for_person(),
                "message": id,
            }));
        }
        Err(Refusal::new(
            "unsupported_button",
            "this button does nothing here",
        ))
    }

    fn call_back(&mut self, person: i64, chat: ChatId, id: i64, bot: i64, data: &str) -> Done {
        if self.bots.get(&bot).is_none() {
            return Err(Refusal::unknown("bot"));
        }
        if self.chats.get(&chat).is_some_and(|room| room.blocked) {
            return Err(Refusal::new("bot_blocked", "unblock the bot first"));
        }
        let query = self.add_callback(Callback {
            bot,
            user: person,
            chat,
            message: id,
            at: self.now(),
        });
        let Some(message) = self.message(chat, id) else {
            return Err(Refusal::unknown("message"));
        };
        let body = json!({
            "id": query,
            "from": self.user(person),
            "message": self.render(message, Viewer::Bot),
            "chat_instance": instance(bot, chat),
            "data": data,
        });
        // Presses of one person come one after another; the real server keeps them apart from
        // what is said in chats.
        let queue = person.saturating_add(3_i64 << 33);
        self.push_update(bot, "callback_query", body, queue);
        Ok(json!({ "callback_query_id": query }))
    }

    pub(super) fn follow(&mut self, person: i64, link: &str) -> Done {
        let known = |name: &str| self.bot_by_username(name);
        match target(link) {
            Target::Start { name, payload } => match known(&name) {
                Some(bot) => {
                    let mut start = json!({ "bot": bot });
                    if let Some(payload) = payload {
                        put(&mut start, "payload", json!(payload));
                    }
                    Ok(json!({ "start": start }))
                }
                None => Ok(json!({ "open": link })),
            },
            Target::WebApp {
                name,
                app,
                start_param,
            } => {
                let Some(bot) = known(&name) else {
                    return Ok(json!({ "open": link }));
                };
                let url = self
                    .bots
                    .get(&bot)
                    .and_then(|b| b.app(app.as_deref(), person));
                let url = url.ok_or_else(no_app)?;
                let opened = self.web_app(person, bot, url, start_param.as_deref())?;
                Ok(json!({ "web_app": opened }))
            }
            Target::Invoice(slug) => {
                let invoice = self.invoices.get(&slug);
                let invoice = invoice.ok_or_else(|| Refusal::unknown("invoice"))?;
                Ok(json!({ "invoice": invoice.card(), "link": link }))
            }
            Target::Elsewhere => Ok(json!({ "open": link })),
        }
    }

    pub(super) fn open_web_app(
        &mut self,
        person: i64,
        bot: &BotName,
        url: Option<String>,
        start_param: Option<String>,
    ) -> Done {
        let bot = self.bot_of(bot)?;
        let menu = || {
            let button = self.bots.get(&bot)?.menu_button(person);
            let url = button.pointer("/web_app/url")?.as_str()?;
            Some(url.to_owned())
        };
        let url = url.or_else(menu);
        let url = url.or_else(|| self.bots.get(&bot)?.app(None, person));
        let url = url.ok_or_else(no_app)?;
        self.web_app(person, bot, url, start_param.as_deref())
    }

    /// Opens a Mini App: its address, and the data that says who has opened it.
    fn web_app(&mut self, person: i64, bot: i64, url: String, start_param: Option<&str>) -> Done {
        let chat = ChatId::Private { bot, user: person };
        let who = self.people.get(&person);
        let who = who.ok_or_else(|| Refusal::unknown("person"))?;
        let token = self.bots.get(&bot).map(|bot| bot.token.clone());
        let token = token.ok_or_else(|| Refusal::unknown("bot"))?;
        let room = self.chats.get(&chat);
        let user = User {
            last_name: who.last_name.clone(),
            username: who.username.clone(),
            language_code: Some(who.language_code.clone()),
            allows_write_to_pm: room.is_some_and(|room| room.started && !room.blocked),
            ..User::new(UserId(person), who.first_name.clone())
        };
        // Telegram never hands out the same data twice.
        let query = format!("AAH{}", self.secret());
        let instance = instance(bot, chat);
        let mut extra = vec![("query_id", query.as_str())];
        if let Some(start_param) = start_param {
            extra.push(("chat_instance", instance.as_str()));
            extra.push(("chat_type", "sender"));
            extra.push(("start_param", start_param));
        }
        let init_data = sign(&user, self.now(), &extra, &SecretKey::from_token(&token));
        self.web_apps.put(query, (bot, person));
        let mut opened = json!({ "url": url, "init_data": init_data });
        if let Some(start_param) = start_param {
            put(&mut opened, "start_param", json!(start_param));
        }
        Ok(opened)
    }

    pub(super) fn look_at_invoice(&self, person: i64, link: &str) -> Done {
        let slug = self.slug(link)?;
        let invoice = self.invoices.get(&slug);
        let invoice = invoice.ok_or_else(|| Refusal::unknown("invoice"))?;
        Ok(json!({
            "invoice": invoice.card(),
            "paid": invoice.paid_by.contains(&person),
        }))
    }

    fn slug(&self, link: &str) -> Result<String, Refusal> {
        match target(link) {
            Target::Invoice(slug) if self.invoices.get(&slug).is_some() => Ok(slug),
            Target::Invoice(_)
            | Target::Start { .. }
            | Target::WebApp { .. }
            | Target::Elsewhere => Err(Refusal::unknown("invoice")),
        }
    }

    /// The invoice of a link or of a message.
    pub(in crate::telegram) fn invoice_of(
        &self,
        person: i64,
        link: Option<&str>,
        place: Option<(i64, i64)>,
    ) -> Result<String, Refusal> {
        match (link, place) {
            (Some(link), _) => self.slug(link),
            (None, Some((chat, id))) => {
                let chat = self.chat_of(person, chat)?;
                let message = self.message(chat, id);
                let slug = message.and_then(|message| message.invoice.clone());
                slug.ok_or_else(|| Refusal::unknown("invoice"))
            }
            (None, None) => Err(Refusal::unknown("invoice")),
        }
    }
}

fn no_app() -> Refusal {
    Refusal::new("no_web_app", "the bot has no Mini App")
}

/// `chat_instance`: the same for a chat and a bot, and says nothing of either.
fn instance(bot: i64, chat: ChatId) -> String {
    let digest = Sha256::digest(format!("{bot}:{chat:?}"));
    let mut bytes = [0_u8; 8];
    bytes.copy_from_slice(digest.get(..8).unwrap_or(&[0; 8]));
    i64::from_be_bytes(bytes).to_string()
}
