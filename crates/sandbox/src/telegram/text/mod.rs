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
            let explicit = entities.and_then(Value::as_array);
            let explicit: Vec<Value> = explicit.cloned().unwrap_or_default();
            let (text, cut) = trimmed(text);
            let moved = explicit.into_iter().filter_map(|entity| {
                let number = |name| entity.get(name).and_then(Value::as_u64);
                let offset = usize::try_from(number("offset")?).ok()?.checked_sub(cut)?;
                let mut entity = entity;
                super::world::put(&mut entity, "offset", json!(offset));
                Some(entity)
            });
            let explicit: Vec<Value> = moved.collect();
            let found = if explicit.is_empty() {
                with_detected(text, Vec::new())
            } else {
                explicit
            };
            return Ok((text.to_owned(), found));
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

/// Adds what a text says by itself: commands, links, names. Never inside of code, links, or
/// across what is marked already.
fn with_detected(text: &str, mut entities: Vec<Entity>) -> Vec<Value> {
    let closed: Vec<(usize, usize)> = entities
        .iter()
        .filter(|e| matches!(e.kind, "code" | "pre" | "text_link" | "text_mention"))
        .map(|e| (e.offset, e.offset.saturating_add(e.length)))
        .collect();
    let free = |entity: &Entity| {
        let end = entity.offset.saturating_add(entity.length);
        closed
            .iter()
            .all(|(from, to)| end <= *from || entity.offset >= *to)
    };
    entities.extend(detect::find(text).into_iter().filter(free));
    // Longer ones first, where two begin at once.
    entities.sort_by_key(|e| (e.offset, usize::MAX.saturating_sub(e.length)));
    entities.iter().map(Entity::shown).collect()
}
