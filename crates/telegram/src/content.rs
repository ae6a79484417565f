//! What a message says, as it is kept until it is shown.

pub use crate::api::Button;

use crate::api::{ChatRef, EditMessageText, InlineKeyboard, SendMessage};
use serde::{Deserialize, Serialize};

/// The text of a message and the buttons under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// In Telegram's HTML; what people wrote is escaped (see [`mod@crate::texts`]).
    pub text: String,
    /// Rows of buttons. The data of a [`Button::callback`] is the market's name, a colon, and what
    /// the market makes of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<Button>>,
    /// Shown without a sound.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
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

    /// The call that sends it.
    pub(crate) fn to_send(&self, chat_id: i64) -> SendMessage {
        let message = SendMessage::new(ChatRef::Id(chat_id), &*self.text)
            .html()
            .without_preview();
        let message = if self.silent {
            message.silent()
        } else {
            message
        };
        if self.buttons.is_empty() {
            return message;
        }
        message.keyboard(self.keyboard())
    }

    /// The call that puts it in the place of what a message says.
    pub(crate) fn to_edit(&self, chat_id: i64, message_id: i64) -> EditMessageText {
        EditMessageText::new(ChatRef::Id(chat_id), message_id, &*self.text)
            .html()
            .without_preview()
            .keyboard(self.keyboard())
    }

    fn keyboard(&self) -> InlineKeyboard {
        InlineKeyboard {
            inline_keyboard: self.buttons.clone(),
        }
    }
}
