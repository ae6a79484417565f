//! Keys of digital goods as an operator sends them.

use std::fmt;
use torg_platform::error::FieldError;

/// Most keys of a request.
pub const KEYS_MAX: usize = 1_000;
/// Longest key, in characters.
const KEY_CHARS: usize = 500;

/// Keys that may be stored. They are shown to whoever buys them and to nobody else, so not in
/// messages either.
#[derive(Clone, PartialEq, Eq)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// Checks what was sent. Blanks around a key are not part of it.
    ///
    /// # Errors
    /// Every wrong one, by its number.
    pub fn check(keys: &[String]) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut add = |field: String, message: String| wrong.push(FieldError { field, message });
        if keys.is_empty() || keys.len() > KEYS_MAX {
            add(
                "keys".to_owned(),
                format!("must have 1 to {KEYS_MAX} entries"),
            );
        }
        for (n, key) in keys.iter().enumerate().take(KEYS_MAX) {
            let chars = key.trim().chars();
            let length = chars.clone().count();
            if !(1..=KEY_CHARS).contains(&length) || chars.clone().any(char::is_control) {
                let text = format!("must have 1 to {KEY_CHARS} characters, none of them a control");
                add(format!("keys[{n}]"), text);
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let keys = keys.iter().map(|key| key.trim().to_owned());
        Ok(Self(keys.collect()))
    }

    /// The keys themselves.
    pub fn all(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_keys_are_named_but_not_told() {
        let key = |text: &str| text.to_owned();
        let keys = Secrets::check(&[key(" A-1 "), key("B")]).unwrap();
        assert_eq!(keys.all(), ["A-1", "B"]);
        assert_eq!(format!("{keys:?}"), "Secrets(2)");
        let wrong = Secrets::check(&[key("A"), key(" "), key("canary\n1"), "x".repeat(501)]);
        let wrong = wrong.unwrap_err();
        let fields: Vec<&str> = wrong.iter().map(|w| w.field.as_str()).collect();
        assert_eq!(fields, ["keys[1]", "keys[2]", "keys[3]"]);
        assert!(!format!("{wrong:?}").contains("canary"));
        assert_eq!(Secrets::check(&[]).unwrap_err()[0].field, "keys");
        let many = vec![key("A"); 1_001];
        assert_eq!(Secrets::check(&many).unwrap_err().len(), 1);
    }
}
