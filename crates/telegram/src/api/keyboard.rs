//! Buttons under a message.

use serde::{Deserialize, Serialize};

/// Rows of buttons.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlineKeyboard {
    /// From top to bottom.
    pub inline_keyboard: Vec<Vec<Button>>,
}

impl InlineKeyboard {
    /// Without buttons; as an edit, it takes the buttons away.
    pub fn new() -> Self {
        Self::default()
    }

    /// With another row below.
    #[must_use]
    pub fn row(mut self, buttons: impl IntoIterator<Item = Button>) -> Self {
        self.inline_keyboard.push(buttons.into_iter().collect());
        self
    }
}

/// One button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What is written on it.
    pub text: String,
    /// What it does.
    #[serde(flatten)]
    pub action: Action,
}

/// What a button does. Its JSON is the one field of the button that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Sends the bot a callback query with this, 1 to 64 bytes.
    CallbackData(String),
    /// Opens an address.
    Url(String),
    /// Opens a Mini App; in private chats only.
    WebApp(WebAppInfo),
    /// Pays; the first button of an invoice's first row.
    Pay(bool),
    /// Copies a text.
    CopyText(CopyText),
}

/// A Mini App.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebAppInfo {
    /// Its address, https.
    pub url: String,
}

/// What a button copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyText {
    /// 1 to 256 characters.
    pub text: String,
}

impl Button {
    fn new(text: impl Into<String>, action: Action) -> Self {
        Self {
            text: text.into(),
            action,
        }
    }

    /// Sends the bot `data`, 1 to 64 bytes.
    pub fn callback(text: impl Into<String>, data: impl Into<String>) -> Self {
        Self::new(text, Action::CallbackData(data.into()))
    }

    /// Opens an address.
    pub fn url(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self::new(text, Action::Url(url.into()))
    }

    /// Opens a Mini App.
    pub fn web_app(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self::new(text, Action::WebApp(WebAppInfo { url: url.into() }))
    }

    /// Pays an invoice.
    pub fn pay(text: impl Into<String>) -> Self {
        Self::new(text, Action::Pay(true))
    }

    /// Copies `copied`.
    pub fn copy(text: impl Into<String>, copied: impl Into<String>) -> Self {
        let copied = CopyText {
            text: copied.into(),
        };
        Self::new(text, Action::CopyText(copied))
    }
}
