//! How to reach a customer: the thing that executors pay for.

use std::fmt;

/// Telegram's own bounds for a user name.
const NAME_CHARS: std::ops::RangeInclusive<usize> = 5..=32;
/// Longer than any way of writing a phone number; stops `8` followed by a megabyte of dashes.
const MAX_BYTES: usize = 64;

/// A Telegram name or a Russian phone number, as written and in the one form that is compared.
///
/// There is no `Display` and no `Serialize`, and `Debug` hides it: a contact must not slip into a
/// log, an event or an answer. Whoever shows it asks [`super::Order::contact_for`] first.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    shown: String,
    key: String,
}

/// The text is neither a Telegram name nor a Russian phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a Telegram @name or a Russian phone number")]
pub struct NotAContact;

impl Contact {
    /// Reads `@name` (5 to 32 of `A-Z a-z 0-9 _`, a letter first) or a Russian phone (`+7` or `8`
    /// and ten digits; spaces, dashes and parentheses between them are ignored).
    ///
    /// # Errors
    /// [`NotAContact`] for everything else.
    pub fn parse(text: &str) -> Result<Self, NotAContact> {
        let shown = text.trim();
        if shown.len() > MAX_BYTES {
            return Err(NotAContact);
        }
        let key = match shown.strip_prefix('@') {
            Some(name) => name_key(name)?,
            None => phone_key(shown)?,
        };
        Ok(Self {
            shown: shown.to_owned(),
            key,
        })
    }

    /// From the two columns of a stored order, which were written by [`Contact::parse`].
    pub fn from_stored(shown: String, key: String) -> Self {
        Self { shown, key }
    }

    /// As the customer wrote it.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// `@lowercase` or `+7XXXXXXXXXX`: equal for two ways of writing one contact.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact(***)")
    }
}

fn name_key(name: &str) -> Result<String, NotAContact> {
    let letter_first = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let known = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if letter_first && known && NAME_CHARS.contains(&name.len()) {
        Ok(format!("@{}", name.to_ascii_lowercase()))
    } else {
        Err(NotAContact)
    }
}

fn phone_key(text: &str) -> Result<String, NotAContact> {
    let rest = text
        .strip_prefix("+7")
        .or_else(|| text.strip_prefix('8'))
        .ok_or(NotAContact)?;
    let mut digits = String::with_capacity(10);
    for c in rest.chars() {
        match c {
            '0'..='9' => digits.push(c),
            // The no-break space and the typographic dashes come with copied numbers.
            ' ' | '\u{a0}' | '-' | '\u{2010}'..='\u{2014}' | '(' | ')' => {}
            _ => return Err(NotAContact),
        }
    }
    if digits.len() == 10 {
        Ok(format!("+7{digits}"))
    } else {
        Err(NotAContact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> Option<String> {
        Contact::parse(text).ok().map(|c| c.key().to_owned())
    }

    #[test]
    fn names_within_their_bounds() {
        assert_eq!(key(" @Ivan_Petrov1 ").as_deref(), Some("@ivan_petrov1"));
        assert_eq!(key("@abcde").as_deref(), Some("@abcde"));
        assert!(key(&format!("@{}", "a".repeat(32))).is_some());
        for bad in [
            "@",
            "@abcd",
            "@1abcde",
            "@_abcde",
            "@иванов",
            "@ab cde",
            "@abcde!",
            "@@abcde",
        ] {
            assert_eq!(key(bad), None, "{bad}");
        }
        assert_eq!(key(&format!("@{}", "a".repeat(33))), None);
    }

    #[test]
    fn phones_in_their_many_forms_are_one() {
        for text in [
            "+79161234567",
            "89161234567",
            "8 (916) 123-45-67",
            "+7 916 123 45 67",
            "+7-916-123-45-67",
            "+7\u{a0}916\u{a0}123\u{2011}45\u{2013}67",
        ] {
            assert_eq!(key(text).as_deref(), Some("+79161234567"), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_contacts() {
        for text in [
            "",
            "ivan_petrov",
            "9161234567",
            "79161234567",
            "+7916123456",
            "+791612345678",
            "+19161234567",
            "8916123456a",
            "8916123\n4567\0",
            "+7٩١٦١٢٣٤٥٦٧",
            "https://t.me/ivan_petrov",
        ] {
            assert_eq!(key(text), None, "{text:?}");
        }
        assert_eq!(key(&format!("8{}9161234567", "-".repeat(100))), None);
    }

    #[test]
    fn debug_hides_it() {
        let contact = Contact::parse("@ivan_petrov").unwrap();
        assert_eq!(format!("{contact:?}"), "Contact(***)");
        assert_eq!(contact.shown(), "@ivan_petrov");
    }

    proptest! {
        #[test]
        fn anything_is_answered(text in "\\PC{0,80}") {
            // Neither panics nor accepts what does not look like one of the two forms.
            if let Ok(contact) = Contact::parse(&text) {
                prop_assert!(contact.key().starts_with('@') || contact.key().starts_with("+7"));
            }
        }

        #[test]
        fn a_key_is_its_own_key(text in "@[A-Za-z][A-Za-z0-9_]{4,31}|(\\+7|8)[0-9]{10}") {
            let first = Contact::parse(&text).unwrap();
            let again = Contact::parse(first.key()).unwrap();
            prop_assert_eq!(first.key(), again.key());
            prop_assert_eq!(first.shown(), text);
        }

        #[test]
        fn blanks_in_a_phone_do_not_matter(
            digits in "[0-9]{10}",
            blanks in proptest::collection::vec("[ ()-]{0,3}", 10),
            plus in any::<bool>(),
        ) {
            let mut text = String::from(if plus { "+7" } else { "8" });
            for (digit, blank) in digits.chars().zip(&blanks) {
                text.push_str(blank);
                text.push(digit);
            }
            prop_assert_eq!(key(&text), Some(format!("+7{digits}")));
        }

        #[test]
        fn different_numbers_stay_different(a in "[0-9]{10}", b in "[0-9]{10}") {
            prop_assert_eq!(key(&format!("+7{a}")) == key(&format!("8{b}")), a == b);
        }
    }
}
