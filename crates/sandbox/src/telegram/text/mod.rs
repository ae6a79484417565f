//! Texts of messages: markup, entities, limits.
//!
//! Rules and texts of refusals are those of the open client library
//! (github.com/tdlib/td, `MessageEntity.cpp`), which the real server runs on. Offsets and lengths
//! count UTF-16 units (core.telegram.org/api/entities).

mod detect;
mod escape;
mod html;
mod legacy;
mod link;
mod markdown;

use super::error::ApiError;
pub(super) use link::link;
use serde_json::{Map, Value, json};

/// UTF-16 units of a text, and of what stands below a picture.
pub(super) const TEXT: usize = 4096;
pub(super) const CAPTION: usize = 1024;

/// A stretch of a text that means something.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entity {
    pub(super) kind: &'static str,
    pub(super) offset: usize,
    pub(super) length: usize,
    /// `url`, `language` and so on.
    pub(super) more: Option<(&'static str, Value)>,
}

impl Entity {
    fn new(kind: &'static str, offset: usize, length: usize) -> Self {
        Self {
            kind,
            offset,
            length,
            more: None,
        }
    }

    fn with(self, name: &'static str, value: impl Into<Value>) -> Self {
        Self {
            more: Some((name, value.into())),
            ..self
        }
    }

    /// The Bot API's `MessageEntity`.
    fn shown(&self) -> Value {
        let mut shown = Map::new();
        shown.insert("type".to_owned(), json!(self.kind));
        shown.insert("offset".to_owned(), json!(self.offset));
        shown.insert("length".to_owned(), json!(self.length));
        if let Some((name, value)) = &self.more {
            shown.insert((*name).to_owned(), value.clone());
        }
        Value::Object(shown)
    }
}

/// A text without its markup, and what that meant.
pub(super) type Parsed = (String, Vec<Entity>);

/// Kinds, offsets and lengths, for tests.
#[cfg(test)]
type Marks = Vec<(&'static str, usize, usize)>;

#[cfg(test)]
fn marks(found: &[Entity]) -> Marks {
    found.iter().map(|e| (e.kind, e.offset, e.length)).collect()
}

/// UTF-16 units of a text.
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// What a bot's text becomes: a plain text and its `entities`.
///
/// # Errors
/// "can't parse entities: …", "unsupported parse_mode".
pub(super) fn parse(
    text: &str,
    mode: Option<&str>,
    entities: Option<&Value>,
) -> Result<(String, Vec<Value>), ApiError> {
    let mode = mode.unwrap_or_default().to_ascii_lowercase();
    let parsed = match mode.as_str() {
        "" | "none" => {
            let (text, cut) = trimmed(text);
            let explicit = entities.and_then(Value::as_array).into_iter().flatten();
            let explicit = explicit.filter_map(|entity| explicit_entity(entity, cut));
            return Ok((text.to_owned(), with_detected(text, explicit.collect())));
        }
        "html" => html::parse(text),
        "markdownv2" => markdown::parse(text),
        "markdown" => legacy::parse(text),
        _ => return Err(ApiError::bad("Unsupported parse_mode")),
    };
    let (plain, entities) =
        parsed.map_err(|error| ApiError::bad(format!("can't parse entities: {error}")))?;
    let (text, cut) = trimmed(&plain);
    let length = units(text);
    let moved = entities.into_iter().filter_map(|entity| {
        let end = entity.offset.saturating_add(entity.length);
        let end = end.saturating_sub(cut).min(length);
        let offset = entity.offset.saturating_sub(cut).min(end);
        let length = end.saturating_sub(offset);
        (length > 0).then_some(Entity {
            offset,
            length,
            ..entity
        })
    });
    let entities = moved.collect();
    Ok((text.to_owned(), with_detected(text, entities)))
}

/// An entity that a bot names itself, `cut` units to the left; none if it is of a kind that bots
/// cannot name.
fn explicit_entity(entity: &Value, cut: usize) -> Option<Entity> {
    const KINDS: [&str; 12] = [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
    ];
    const MORE: [&str; 4] = ["url", "language", "user", "custom_emoji_id"];
    let named = entity.get("type")?.as_str()?;
    let kind = KINDS.into_iter().find(|kind| *kind == named)?;
    let number = |name| usize::try_from(entity.get(name)?.as_u64()?).ok();
    let (offset, length) = (number("offset")?.checked_sub(cut)?, number("length")?);
    let more = MORE
        .into_iter()
        .find_map(|name| Some((name, entity.get(name)?.clone())));
    (length > 0).then_some(Entity {
        kind,
        offset,
        length,
        more,
    })
}

/// What a person's text becomes. People have no markup.
pub(super) fn plain(text: &str) -> (String, Vec<Value>) {
    let (text, _) = trimmed(text);
    (text.to_owned(), with_detected(text, Vec::new()))
}

/// Without the white space around it, and how many units that was in front.
fn trimmed(text: &str) -> (&str, usize) {
    let rest = text.trim_start();
    let front = text.len().saturating_sub(rest.len());
    let front = text.get(..front).map_or(0, units);
    (rest.trim_end(), front)
}

/// Adds what a text says by itself (commands, links, names) and lets go what cannot stand
/// together. Whatever means something cannot overlap with another such: the one that begins first
/// stays, then the longer one, then what is marked. Code is only code, so no style is inside.
fn with_detected(text: &str, mut entities: Vec<Entity>) -> Vec<Value> {
    entities.extend(detect::find(text));
    let rank = |kind: &str| match kind {
        "blockquote" | "expandable_blockquote" => 0,
        "pre" => 11,
        "code" => 20,
        "text_link" | "text_mention" | "custom_emoji" => 49,
        _ => 60,
    };
    entities.sort_by_key(|e| (e.offset, usize::MAX.saturating_sub(e.length), rank(e.kind)));
    let (mut meant, mut code) = (0_usize, 0_usize);
    entities.retain(|entity| {
        let end = entity.offset.saturating_add(entity.length);
        match entity.kind {
            "blockquote" | "expandable_blockquote" => true,
            "bold" | "italic" | "underline" | "strikethrough" | "spoiler" => entity.offset >= code,
            kind => {
                let free = entity.offset >= meant;
                if free {
                    meant = end;
                }
                if free && matches!(kind, "code" | "pre") {
                    code = end;
                }
                free
            }
        }
    });
    entities.iter().map(Entity::shown).collect()
}
