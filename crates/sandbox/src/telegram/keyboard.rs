//! Keyboards of messages, checked.
//!
//! Where the real server demands HTTPS this one takes plain HTTP as well, but only to the machine
//! that it runs on.

use super::error::ApiError;
use super::params::Params;
use super::text;
use serde_json::{Value, json};

/// Buttons of one keyboard.
const BUTTONS: usize = 100;
/// Bytes of `callback_data`.
const DATA: usize = 64;

/// Where a keyboard is going to stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) private: bool,
    /// Below an invoice, where a pay button may stand.
    pub(super) invoice: bool,
}

/// The `reply_markup` of a call.
pub(super) fn of(params: &Params, place: Place) -> Result<Option<Value>, ApiError> {
    match params.json("reply_markup", "reply keyboard markup")? {
        Some(markup) => check(&markup, place),
        None => Ok(None),
    }
}

/// Only inline keyboards can be edited.
pub(super) fn inline_of(params: &Params, place: Place) -> Result<Option<Value>, ApiError> {
    let markup = of(params, place)?;
    let is_inline = |markup: &Value| markup.get("inline_keyboard").is_some();
    if markup.as_ref().is_some_and(|markup| !is_inline(markup)) {
        return Err(ApiError::bad("inline keyboard expected"));
    }
    Ok(markup)
}

fn check(markup: &Value, place: Place) -> Result<Option<Value>, ApiError> {
    let Some(fields) = markup.as_object() else {
        return Err(ApiError::bad("Object expected as reply markup"));
    };
    if let Some(rows) = fields.get("inline_keyboard") {
        return inline(rows, place);
    }
    if let Some(rows) = fields.get("keyboard") {
        let no_rows = "Field \"keyboard\" must be an Array of Arrays";
        let rows = rows_of(rows, no_rows)?;
        let mut shown = Vec::new();
        for row in rows {
            let buttons: Result<Vec<Value>, ApiError> = row
                .iter()
                .map(|button| reply_button(button, place))
                .collect();
            shown.push(json!(buttons?));
        }
        let mut markup = markup.clone();
        super::world::put(&mut markup, "keyboard", json!(shown));
        return Ok(Some(markup));
    }
    let truth = |name| fields.get(name) == Some(&json!(true));
    Ok((truth("remove_keyboard") || truth("force_reply")).then(|| markup.clone()))
}

fn rows_of<'a>(rows: &'a Value, refusal: &str) -> Result<Vec<&'a Vec<Value>>, ApiError> {
    let refused = || ApiError::bad(refusal);
    let rows = rows.as_array().ok_or_else(refused)?;
    let rows: Option<Vec<_>> = rows.iter().map(Value::as_array).collect();
    let rows = rows.ok_or_else(refused)?;
    Ok(rows.into_iter().filter(|row| !row.is_empty()).collect())
}

fn inline(rows: &Value, place: Place) -> Result<Option<Value>, ApiError> {
    let refusal =
        "Field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays";
    let rows = rows_of(rows, refusal)?;
    let mut count = 0_usize;
    for (number, row) in rows.iter().enumerate() {
        for (column, button) in row.iter().enumerate() {
            inline_button(button, place, number == 0 && column == 0)?;
            count = count.saturating_add(1);
        }
    }
    if count > BUTTONS {
        return Err(ApiError::bad("reply markup is too long"));
    }
    Ok((count > 0).then(|| json!({ "inline_keyboard": rows })))
}

fn inline_button(button: &Value, place: Place, first: bool) -> Result<(), ApiError> {
    let refused = |why: &str| ApiError::bad(format!("can't parse inline keyboard button: {why}"));
    let Some(fields) = button.as_object() else {
        return Err(refused("InlineKeyboardButton must be an Object"));
    };
    let text = fields.get("text").and_then(Value::as_str);
    let text = text.ok_or_else(|| refused("Can't find field \"text\""))?;
    if text.trim().is_empty() {
        return Err(ApiError::bad(
            "Inline keyboard button text must be non-empty",
        ));
    }
    let field = |name: &str| {
        let value = fields.get(name).and_then(Value::as_str);
        value.filter(|value| !value.is_empty())
    };
    if let Some(url) = field("url") {
        if text::link(url).is_none() {
            return Err(ApiError::bad(format!(
                "Inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"
            )));
        }
        return Ok(());
    }
    if let Some(data) = field("callback_data") {
        if data.len() > DATA {
            return Err(ApiError::bad("BUTTON_DATA_INVALID"));
        }
        return Ok(());
    }
    if fields.contains_key("pay") {
        return match place.invoice {
            false => Err(ApiError::bad("BUTTON_TYPE_INVALID")),
            true if !first => Err(ApiError::bad("BUTTON_POS_INVALID")),
            true => Ok(()),
        };
    }
    if let Some(app) = fields.get("web_app") {
        let url = app.get("url").and_then(Value::as_str).unwrap_or_default();
        if !place.private {
            return Err(ApiError::bad("BUTTON_TYPE_INVALID"));
        }
        return web_app(url).map_err(|why| {
            ApiError::bad(format!(
                "Inline keyboard button Web App URL '{url}' is invalid: {why}"
            ))
        });
    }
    let others = [
        "callback_game",
        "copy_text",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
    ];
    if others.iter().any(|name| fields.contains_key(*name)) {
        return Ok(());
    }
    Err(refused("Text buttons are unallowed in the inline keyboard"))
}

fn reply_button(button: &Value, place: Place) -> Result<Value, ApiError> {
    let refused = |why: &str| ApiError::bad(format!("can't parse keyboard button: {why}"));
    let shown = match button {
        Value::String(text) => json!({ "text": text }),
        Value::Object(_) => button.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            return Err(refused("KeyboardButton must be a String or an Object"));
        }
    };
    let text = shown.get("text").and_then(Value::as_str);
    let text = text.ok_or_else(|| refused("Can't find field \"text\""))?;
    if text.trim().is_empty() {
        return Err(ApiError::bad("Keyboard button text must be non-empty"));
    }
    let private = [
        (
            "request_contact",
            "Phone number can be requested in private chats only",
        ),
        (
            "request_location",
            "Location can be requested in private chats only",
        ),
        (
            "web_app",
            "Web App buttons can be used in private chats only",
        ),
        (
            "request_users",
            "Users can be requested in private chats only",
        ),
        (
            "request_chat",
            "Chats can be requested in private chats only",
        ),
    ];
    for (name, refusal) in private {
        let asked = shown.get(name).is_some_and(|value| *value != json!(false));
        if asked && !place.private {
            return Err(ApiError::bad(refusal));
        }
    }
    if let Some(url) = shown.pointer("/web_app/url").and_then(Value::as_str) {
        web_app(url).map_err(|why| {
            ApiError::bad(format!(
                "Keyboard button Web App URL '{url}' is invalid: {why}"
            ))
        })?;
    }
    Ok(shown)
}

/// Whether an address may be that of a Mini App.
pub(super) fn web_app(url: &str) -> Result<(), &'static str> {
    if text::link(url).is_none() {
        return Err("Wrong HTTP URL");
    }
    let local = ["http://localhost", "http://127.", "http://[::1]"];
    let is_local = local.iter().any(|host| url.starts_with(host));
    if url.starts_with("https://") || is_local {
        Ok(())
    } else {
        Err("Only HTTPS links are allowed")
    }
}
