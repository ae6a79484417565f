//! Hostile contacts: never a panic, two ways of writing one contact have one key, and none slips
//! into a line of text by itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use torg_services::domain::{Contact, NewOrder, NewOrderFields};

fn is_key(key: &str) -> bool {
    let digits = |text: &str| text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit());
    let name = |text: &str| {
        (5..=32).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    match key.strip_prefix('@') {
        Some(rest) => name(rest),
        None => key.strip_prefix("+7").is_some_and(digits),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(contact) = Contact::parse(text) {
        assert!(is_key(contact.key()), "{text:?}");
        assert_eq!(contact.shown(), text.trim());
        let again = Contact::parse(contact.key()).expect("a key is a contact");
        assert_eq!(again.key(), contact.key());
        assert_eq!(format!("{contact:?}"), "Contact(***)");
    }
    let fields = NewOrderFields {
        category: "plumbing",
        description: text,
        city: text,
        contact: "@somebody",
        place: None,
    };
    if let Ok(order) = NewOrder::check(&fields) {
        assert!((20..=1_000).contains(&order.description.chars().count()));
        assert!(!order.city.chars().any(char::is_control));
        assert!(!format!("{order:?}").contains("@somebody") || text.contains("@somebody"));
    }
});
