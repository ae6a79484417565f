//! Answers to what must be answered soon.

use super::{method, with};
use serde::Serialize;

/// Ends the waiting of a pressed button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerCallbackQuery {
    /// Which press.
    pub callback_query_id: String,
    /// What to show, up to 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// In a window with a button, instead of in passing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_alert: Option<bool>,
    /// What to open: `t.me/your_bot?start=…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// For how many seconds the app may answer the same press by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_time: Option<u32>,
}

method! {
    /// Ends the waiting of a pressed button.
    answer_callback_query(AnswerCallbackQuery) = "answerCallbackQuery" -> bool
}

impl AnswerCallbackQuery {
    /// Shows nothing.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            callback_query_id: id.into(),
            text: None,
            show_alert: None,
            url: None,
            cache_time: None,
        }
    }

    with! {
        /// Shows this.
        text: text = text.into(), text: impl Into<String>;
        /// In a window with a button.
        alert: show_alert = true;
    }
}

/// Lets somebody pay, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerPreCheckoutQuery {
    /// Which query.
    pub pre_checkout_query_id: String,
    /// Whether to go on.
    pub ok: bool,
    /// Why not, for the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
}

method! {
    /// Lets somebody pay, or not; must come within ten seconds of the query.
    answer_pre_checkout_query(AnswerPreCheckoutQuery) = "answerPreCheckoutQuery" -> bool
}

impl AnswerPreCheckoutQuery {
    /// Go on.
    pub fn go_on(id: impl Into<String>) -> Self {
        Self {
            pre_checkout_query_id: id.into(),
            ok: true,
            error_message: None,
        }
    }

    /// Not, for this reason.
    pub fn refuse(id: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            pre_checkout_query_id: id.into(),
            ok: false,
            error_message: Some(why.into()),
        }
    }
}
