//! The settings in effect, for people.

use super::layers::Layers;
use super::secret::Address;
use std::fmt::Write as _;
use toml::Value;

pub(super) fn show(layers: &Layers) -> String {
    let mut text = String::new();
    for (section, values) in &layers.values {
        let newline = if text.is_empty() { "" } else { "\n" };
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{newline}[{section}]");
        for (key, value) in values.as_table().into_iter().flatten() {
            let shown = shown(key, value);
            let _ = match layers.origin(&format!("{section}.{key}")) {
                Some(origin) => writeln!(text, "{key} = {shown} # {origin}"),
                None => writeln!(text, "{key} = {shown}"),
            };
        }
    }
    text
}

/// A value as TOML. What is secret is known by the key's name, so that a section that nobody
/// has typed yet is covered too.
fn shown(key: &str, value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() && is_secret(key) => "\"***\"".to_owned(),
        Value::String(text) => Value::String(Address::new(text).redacted()).to_string(),
        Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_)
        | Value::Array(_)
        | Value::Table(_) => value.to_string(),
    }
}

fn is_secret(key: &str) -> bool {
    ["secret", "token", "password", "key"]
        .iter()
        .any(|word| key.ends_with(word))
}
