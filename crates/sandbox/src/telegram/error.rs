//! Why the local Telegram does not do something: to a bot, to a person, to whoever opens it.

use serde_json::{Value, json};

/// A refusal as the Bot API words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// `error_code`, which is the HTTP status as well.
    pub code: u16,
    /// `description`, with its prefix.
    pub description: String,
    /// `parameters.retry_after` in seconds.
    pub retry_after: Option<u32>,
}

impl ApiError {
    pub(super) fn new(code: u16, description: impl Into<String>) -> Self {
        Self {
            code,
            description: description.into(),
            retry_after: None,
        }
    }

    /// 400, with the prefix put before `text`. A sentence loses its capital letter there, as the
    /// real server has it; a constant in capitals keeps it.
    pub(super) fn bad(text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        let mut letters = text.chars();
        let (first, second) = (letters.next(), letters.next());
        let is_sentence = second.is_none_or(|letter| letter.is_ascii_lowercase());
        match first {
            Some(first) if is_sentence => {
                let rest = text.get(first.len_utf8()..).unwrap_or_default();
                let first = first.to_ascii_lowercase();
                Self::new(400, format!("Bad Request: {first}{rest}"))
            }
            Some(_) | None => Self::new(400, format!("Bad Request: {text}")),
        }
    }

    /// 403, with the prefix put before `text`.
    pub(super) fn forbidden(text: impl AsRef<str>) -> Self {
        Self::new(403, format!("Forbidden: {}", text.as_ref()))
    }

    /// 409, with the prefix put before `text`.
    pub(super) fn conflict(text: impl AsRef<str>) -> Self {
        Self::new(409, format!("Conflict: {}", text.as_ref()))
    }

    /// 429: too much, come back after so many seconds.
    pub(super) fn flood(seconds: u32) -> Self {
        Self {
            code: 429,
            description: format!("Too Many Requests: retry after {seconds}"),
            retry_after: Some(seconds),
        }
    }

    /// The body of the answer.
    pub(super) fn body(&self) -> Value {
        let mut body = json!({
            "ok": false,
            "error_code": self.code,
            "description": self.description,
        });
        if let (Some(seconds), Some(fields)) = (self.retry_after, body.as_object_mut()) {
            fields.insert("parameters".to_owned(), json!({ "retry_after": seconds }));
        }
        body
    }
}

/// Why a person cannot do what they asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Refusal {
    /// Stable: `unknown_chat`, `not_allowed` and so on.
    pub code: &'static str,
    /// For people.
    pub detail: String,
}

impl Refusal {
    pub(super) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }

    pub(super) fn unknown(what: &'static str) -> Self {
        let code = match what {
            "chat" => "unknown_chat",
            "message" => "unknown_message",
            "bot" => "unknown_bot",
            "person" => "unknown_person",
            "invoice" => "unknown_invoice",
            _ => "unknown",
        };
        Self::new(code, format!("there is no such {what}"))
    }
}

/// Why a local Telegram cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read or written.
    #[error("the file of the local Telegram: {0}")]
    File(#[from] rusqlite::Error),
    /// What the file holds is not what is written there.
    #[error("the file of the local Telegram holds {kind} that cannot be read: {cause}")]
    BrokenFile {
        /// The kind of the row.
        kind: String,
        /// What is wrong with it.
        cause: serde_json::Error,
    },
    /// A token without a number and a secret.
    #[error("a bot's token is its id, a colon and a secret")]
    BadToken,
}

/// What opening returns.
pub type Result<T> = std::result::Result<T, Error>;
