//! Parameters of a call. Telegram takes them as text, whatever form they come in: a number of
//! JSON and its digits in a form are the same, and so are an object and its JSON text.

use super::error::ApiError;
use serde_json::Value;
use std::collections::BTreeMap;

/// A file that came with a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Upload {
    pub(super) name: Option<String>,
    pub(super) mime: Option<String>,
    pub(super) bytes: Vec<u8>,
}

/// The parameters of one call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Params {
    fields: BTreeMap<String, String>,
    files: BTreeMap<String, Upload>,
}

impl Params {
    pub(super) fn set(&mut self, name: &str, value: String) {
        self.fields.insert(name.to_owned(), value);
    }

    pub(super) fn set_json(&mut self, name: &str, value: &Value) {
        match value {
            Value::Null => {}
            Value::String(text) => self.set(name, text.clone()),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                self.set(name, value.to_string());
            }
        }
    }

    pub(super) fn add_file(&mut self, name: &str, file: Upload) {
        self.files.insert(name.to_owned(), file);
    }

    /// Of a JSON object; `None` when it is none.
    pub(super) fn of_json(value: &Value) -> Option<Self> {
        let mut params = Self::default();
        for (name, value) in value.as_object()? {
            params.set_json(name, value);
        }
        Some(params)
    }

    /// A text that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let text = self.fields.get(name).map(String::as_str);
        text.filter(|text| !text.is_empty())
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, ApiError> {
        let missing = || ApiError::bad(format!("parameter \"{name}\" is required"));
        self.text(name).ok_or_else(missing)
    }

    /// Digits count, anything else is as if it were not there.
    pub(super) fn int(&self, name: &str) -> Option<i64> {
        self.text(name)?.trim().parse().ok()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        let text = self.text(name).unwrap_or_default().to_ascii_lowercase();
        ["true", "yes", "1"].contains(&text.as_str())
    }

    /// A structure; `what` is its name in the refusal.
    pub(super) fn json(&self, name: &str, what: &str) -> Result<Option<Value>, ApiError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let broken = |_| ApiError::bad(format!("can't parse {what} JSON object"));
        serde_json::from_str(text).map(Some).map_err(broken)
    }

    /// A file of this name, or the one that the text `attach://…` names.
    pub(super) fn file(&self, name: &str) -> Option<&Upload> {
        let attached = self
            .text(name)
            .and_then(|text| text.strip_prefix("attach://"));
        self.files.get(attached.unwrap_or(name))
    }

    /// The person that a call is about.
    pub(super) fn user(&self) -> Result<i64, ApiError> {
        let id = self.int("user_id").filter(|id| *id > 0);
        id.ok_or_else(|| ApiError::bad("invalid user_id specified"))
    }

    /// The message that a call is about.
    pub(super) fn message(&self) -> Result<i64, ApiError> {
        let text = self.text("message_id");
        let text = text.ok_or_else(|| ApiError::bad("message identifier is not specified"))?;
        Ok(text.trim().parse().unwrap_or(0))
    }

    /// Up to 100 messages.
    pub(super) fn messages(&self) -> Result<Vec<i64>, ApiError> {
        let list = self.json("message_ids", "message_ids")?;
        let list = list.ok_or_else(|| ApiError::bad("Message identifiers are not specified"))?;
        let no_array = || ApiError::bad("Expected an Array of message identifiers");
        let list = list.as_array().ok_or_else(no_array)?;
        if list.len() > 100 {
            return Err(ApiError::bad("Too many message identifiers specified"));
        }
        let ids: Option<Vec<i64>> = list.iter().map(number).collect();
        let ids = ids.ok_or_else(|| ApiError::bad("Message identifier must be a Number"))?;
        if ids.is_empty() {
            return Err(ApiError::bad("Message identifiers are not specified"));
        }
        Ok(ids)
    }
}

/// A whole number, or its digits.
pub(super) fn number(value: &Value) -> Option<i64> {
    match value.as_str() {
        Some(text) => text.trim().parse().ok(),
        None => value.as_i64(),
    }
}
