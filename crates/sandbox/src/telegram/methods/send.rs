//! Sending, and answering those who pressed a button.

use super::{Answer, Call, files, payments};
use crate::telegram::error::ApiError;
use crate::telegram::keyboard::{self, Place};
use crate::telegram::params::number;
use crate::telegram::text;
use crate::telegram::world::{ChatId, Draft, Need, too_old};
use serde_json::{Map, Value, json};

impl Call<'_> {
    /// Posts to `chat_id` what `content` makes, with all that every message may have.
    pub(super) fn send(
        &mut self,
        invoice: Option<String>,
        content: impl FnOnce(&mut Self) -> Result<Map<String, Value>, ApiError>,
    ) -> Answer {
        let chat = self.chat(Need::Write)?;
        self.world.may_send(self.bot, chat)?;
        let place = Place {
            private: chat.is_private(),
            invoice: invoice.is_some(),
        };
        let reply_markup = keyboard::of(self.params, place)?;
        let reply_markup = reply_markup.or_else(|| self.pay_button(invoice.as_ref()));
        let reply_to = self.reply_to(chat)?;
        let content = content(self)?;
        self.not_too_fast(chat, 1)?;
        let draft = Draft {
            content,
            reply_to,
            reply_markup,
            forward_origin: None,
            protected: self.params.flag("protect_content"),
            invoice,
        };
        let id = self.world.post_by_bot(self.bot, chat, draft);
        Ok(self.shown(chat, id))
    }

    /// An invoice without buttons gets one to pay with (core.telegram.org/bots/api#sendinvoice).
    fn pay_button(&self, slug: Option<&String>) -> Option<Value> {
        let invoice = self.world.invoices.get(slug?)?;
        let text = format!("⭐️ {}", invoice.total_amount);
        let button = json!({ "text": text, "pay": true });
        Some(json!({ "inline_keyboard": [[button]] }))
    }

    /// Counts what is sent; refuses what is too fast, if that was asked for.
    pub(super) fn not_too_fast(&mut self, chat: ChatId, messages: usize) -> Result<(), ApiError> {
        let now = self.world.now();
        let flood = self.world.flood_mut();
        match flood.send(self.bot, chat.for_bot(), messages, now) {
            Some(seconds) => Err(ApiError::flood(seconds)),
            None => Ok(()),
        }
    }

    fn reply_to(&self, chat: ChatId) -> Result<Option<i64>, ApiError> {
        let parameters = self.params.json("reply_parameters", "reply parameters")?;
        let named = |name: &str| parameters.as_ref().and_then(|p| p.get(name));
        let id = named("message_id").and_then(number);
        let Some(id) = id.or_else(|| self.params.int("reply_to_message_id")) else {
            return Ok(None);
        };
        if self.world.message(chat, id).is_some() {
            return Ok(Some(id));
        }
        let anyway = named("allow_sending_without_reply") == Some(&json!(true))
            || self.params.flag("allow_sending_without_reply");
        if anyway || id <= 0 {
            return Ok(None);
        }
        Err(ApiError::bad("message to be replied not found"))
    }

    /// A link to a person is a mention of them, if there is such a person.
    fn with_mentions(&self, entities: Vec<Value>) -> Vec<Value> {
        let mention = |mut entity: Value| {
            let url = entity
                .get("url")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let Some(id) = url.strip_prefix("tg://user?id=") else {
                return Some(entity);
            };
            let person = id
                .parse()
                .ok()
                .and_then(|id| self.world.people.get(&id))?
                .user();
            let fields = entity.as_object_mut()?;
            fields.remove("url");
            fields.insert("type".to_owned(), json!("text_mention"));
            fields.insert("user".to_owned(), person);
            Some(entity)
        };
        entities.into_iter().filter_map(mention).collect()
    }

    /// `text` or `caption` as fields of a message.
    pub(super) fn words(&self, name: &str) -> Result<Map<String, Value>, ApiError> {
        let (entities, most) = match name {
            "text" => ("entities", text::TEXT),
            _ => ("caption_entities", text::CAPTION),
        };
        let given = self.params.json(entities, entities)?;
        let raw = self.params.text(name).unwrap_or_default();
        let mode = self.params.text("parse_mode");
        let (words, found) = text::parse(raw, mode, given.as_ref())?;
        let found = self.with_mentions(found);
        let mut content = Map::new();
        if words.is_empty() {
            return Ok(content);
        }
        if text::units(&words) > most {
            return Err(ApiError::bad(match name {
                "text" => "message is too long",
                _ => "message caption is too long",
            }));
        }
        content.insert(name.to_owned(), json!(words));
        if !found.is_empty() {
            content.insert(entities.to_owned(), json!(found));
        }
        Ok(content)
    }
}

/// `sendMessage`.
pub(super) fn message(call: &mut Call<'_>) -> Answer {
    call.send(None, |call| {
        let mut content = call.words("text")?;
        if content.is_empty() {
            return Err(ApiError::bad("Message text is empty"));
        }
        let preview = call
            .params
            .json("link_preview_options", "link preview options")?;
        if let Some(preview) = preview {
            content.insert("link_preview_options".to_owned(), preview);
        }
        Ok(content)
    })
}

/// `sendPhoto`.
pub(super) fn photo(call: &mut Call<'_>) -> Answer {
    call.send(None, |call| {
        let mut content = call.words("caption")?;
        let id = files::of(call, "photo", true)?;
        let sizes = call.world.photo_sizes(&id);
        content.insert("photo".to_owned(), json!(sizes));
        Ok(content)
    })
}

/// `sendDocument`, and what is as good as one here.
pub(super) fn document(call: &mut Call<'_>) -> Answer {
    call.send(None, |call| {
        let names = ["document", "animation", "video"];
        let given =
            |name: &&str| call.params.file(name).is_some() || call.params.text(name).is_some();
        let name = names.into_iter().find(given).unwrap_or("document");
        let mut content = call.words("caption")?;
        let id = files::of(call, name, false)?;
        let document = call.world.document(&id);
        content.insert("document".to_owned(), json!(document));
        Ok(content)
    })
}

/// `sendInvoice`.
pub(super) fn invoice(call: &mut Call<'_>) -> Answer {
    // A refusal must not leave an invoice behind: everything else is checked first.
    call.chat(Need::Write)?;
    let mut invoice = payments::invoice(call)?;
    invoice.once = true;
    let card = json!({
        "title": invoice.title,
        "description": invoice.description,
        "start_parameter": call.params.text("start_parameter").unwrap_or_default(),
        "currency": invoice.currency,
        "total_amount": invoice.total_amount,
    });
    let slug = call.world.add_invoice(invoice);
    let kept = slug.clone();
    let sent = call.send(Some(slug), |_| {
        let mut content = Map::new();
        content.insert("invoice".to_owned(), card);
        Ok(content)
    });
    if sent.is_err() {
        call.world.invoices.take(&kept);
    }
    sent
}

/// `sendChatAction`: nothing that lasts.
pub(super) fn chat_action(call: &mut Call<'_>) -> Answer {
    const ACTIONS: [&str; 11] = [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ];
    call.chat(Need::Write)?;
    let action = call.params.required("action")?;
    if !ACTIONS.contains(&action) {
        return Err(ApiError::bad("Wrong parameter action in request"));
    }
    Ok(json!(true))
}

/// `answerCallbackQuery`.
pub(super) fn answer_callback(call: &mut Call<'_>) -> Answer {
    let id = call.params.text("callback_query_id").unwrap_or_default();
    let mut answer = json!({ "show_alert": call.params.flag("show_alert") });
    if let Some(said) = call.params.text("text") {
        if text::units(said) > 200 {
            return Err(ApiError::bad("MESSAGE_TOO_LONG"));
        }
        crate::telegram::world::put(&mut answer, "text", json!(said));
    }
    if let Some(url) = call.params.text("url") {
        crate::telegram::world::put(&mut answer, "url", json!(url));
    }
    call.world.answer_callback(call.bot, id, answer)?;
    Ok(json!(true))
}

/// Queries of kinds that nobody makes here.
pub(super) fn answer_inline(_call: &mut Call<'_>) -> Answer {
    Err(too_old())
}

/// `answerWebAppQuery`: the person sends the result in the chat with the bot.
pub(super) fn answer_web_app(call: &mut Call<'_>) -> Answer {
    let id = call.params.required("web_app_query_id")?.to_owned();
    let result = call.params.json("result", "inline query result")?;
    let result = result.ok_or_else(|| ApiError::bad("Result isn't specified"))?;
    let content = result.get("input_message_content");
    let said = content.and_then(|content| content.get("message_text"));
    let said = said.and_then(Value::as_str).unwrap_or_default();
    let mode = content.and_then(|content| content.get("parse_mode"));
    let (words, found) = text::parse(said, mode.and_then(Value::as_str), None)?;
    if words.is_empty() {
        return Err(ApiError::bad("Message text is empty"));
    }
    let opened = call.world.web_apps.get(&id).copied();
    let (bot, user) = opened
        .filter(|(bot, _)| *bot == call.bot)
        .ok_or_else(|| ApiError::bad("QUERY_ID_INVALID"))?;
    call.world.web_apps.take(&id);
    let markup = result.get("reply_markup").cloned();
    let has_keyboard = markup.is_some();
    let chat = call.world.private_chat(bot, user);
    let mut draft = Draft::of("text", json!(words));
    draft.reply_markup = markup;
    let via = call.world.user(bot);
    if !found.is_empty() {
        draft.content.insert("entities".to_owned(), json!(found));
    }
    draft.content.insert("via_bot".to_owned(), via);
    call.world.post_by_person(user, chat, draft);
    // Only a message with an inline keyboard can be named later (core.telegram.org/bots/api,
    // SentWebAppMessage).
    if has_keyboard {
        return Ok(json!({ "inline_message_id": format!("BAAAA{}", call.world.secret()) }));
    }
    Ok(json!({}))
}
