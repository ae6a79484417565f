//! Addresses of people without a Telegram account.

use std::fmt;

/// Longest address (RFC 5321, section 4.5.3.1.3, less the brackets).
const MAX_BYTES: usize = 254;

/// An e-mail address that has the form of one. Whether somebody reads it, only a letter tells.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Reads an address: something, one `@`, a domain with a dot; no blanks and no control
    /// characters, nothing in angle brackets.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:\"".contains(c);
        let labels = domain.split('.').collect::<Vec<_>>();
        let fits = text.len() <= MAX_BYTES
            && (1..=64).contains(&local.len())
            && text.chars().all(plain)
            && !local.contains('@')
            && labels.len() >= 2
            && labels.iter().all(|label| is_label(label));
        fits.then(|| Self(text.to_owned()))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For comparisons: letter case tells nobody apart.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_texts() {
        for good in [
            "a@b.ru",
            "Anna.S+x@mail.example.com",
            "почта@пример.рф",
            " a@b.ru ",
        ] {
            assert!(Email::parse(good).is_some(), "{good}");
        }
        for wrong in [
            "",
            "a",
            "@b.ru",
            "a@",
            "a@b",
            "a@b..ru",
            "a@-b.ru",
            "a b@c.ru",
            "a@b@c.ru",
            "<a@b.ru>",
            "a@b.ru\n x",
            &format!("{}@b.ru", "x".repeat(65)),
        ] {
            assert_eq!(Email::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn letter_case_does_not_make_another_person() {
        let key = |text| Email::parse(text).unwrap().key();
        assert_eq!(key("Anna@Mail.RU"), key("anna@mail.ru"));
    }
}
