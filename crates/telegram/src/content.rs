//! What a message says, as it is kept until it is shown.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The text of a message and the buttons under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// In Telegram's HTML; what people wrote is escaped (see [`crate::texts`]).
    pub text: String,
    /// Rows of buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<Button>>,
    /// Shown without a sound.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
}

/// A button under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What stands on it.
    pub text: String,
    /// What it does.
    #[serde(flatten)]
    pub does: Does,
}

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// Tells the bot: `market:…`, at most 64 bytes.
    Press(String),
    /// Opens an address; an invoice is one, too.
    Open(String),
    /// Opens the Mini App at an address; in private chats only.
    App(String),
    /// Copies a text.
    Copy(String),
}

impl Content {
    /// A text in Telegram's HTML.
    pub fn html(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            buttons: Vec::new(),
            silent: false,
        }
    }

    /// With one more row of buttons; an empty one is left out.
    #[must_use]
    pub fn row(mut self, buttons: impl IntoIterator<Item = Button>) -> Self {
        let row: Vec<Button> = buttons.into_iter().collect();
        if !row.is_empty() {
            self.buttons.push(row);
        }
        self
    }

    /// Without a sound.
    #[must_use]
    pub fn silent(self) -> Self {
        Self {
            silent: true,
            ..self
        }
    }

    /// Parameters of `sendMessage`.
    pub(crate) fn to_send(&self, chat_id: i64) -> Value {
        let mut params = self.common(chat_id);
        params["disable_notification"] = json!(self.silent);
        params
    }

    /// Parameters of `editMessageText`.
    pub(crate) fn to_edit(&self, chat_id: i64, message_id: i64) -> Value {
        let mut params = self.common(chat_id);
        params["message_id"] = json!(message_id);
        params
    }

    fn common(&self, chat_id: i64) -> Value {
        let rows: Vec<Vec<Value>> = self
            .buttons
            .iter()
            .map(|row| row.iter().map(Button::to_json).collect())
            .collect();
        json!({
            "chat_id": chat_id,
            "text": self.text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": true},
            "reply_markup": {"inline_keyboard": rows},
        })
    }
}

impl Button {
    fn new(text: impl Into<String>, does: Does) -> Self {
        Self {
            text: text.into(),
            does,
        }
    }

    /// Tells the bot `data`: the market's name, a colon, and what the market makes of it.
    pub fn press(text: impl Into<String>, data: impl Into<String>) -> Self {
        Self::new(text, Does::Press(data.into()))
    }

    /// Opens `url`.
    pub fn open(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self::new(text, Does::Open(url.into()))
    }

    /// Opens the Mini App at `url`.
    pub fn app(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self::new(text, Does::App(url.into()))
    }

    /// Copies `what`.
    pub fn copy(text: impl Into<String>, what: impl Into<String>) -> Self {
        Self::new(text, Does::Copy(what.into()))
    }

    fn to_json(&self) -> Value {
        let text = &self.text;
        match &self.does {
            Does::Press(data) => json!({"text": text, "callback_data": data}),
            Does::Open(url) => json!({"text": text, "url": url}),
            Does::App(url) => json!({"text": text, "web_app": {"url": url}}),
            Does::Copy(what) => json!({"text": text, "copy_text": {"text": what}}),
        }
    }
}
