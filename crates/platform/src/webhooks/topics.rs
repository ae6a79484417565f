//! Which events an endpoint wants to hear of.

use crate::error::{Error, Result};

/// Most entries of a list.
const ENTRIES_MAX: usize = 50;
/// The longest entry.
const LENGTH_MAX: usize = 100;

/// Checks a list that somebody has typed and puts it into the form that is stored.
pub(super) fn join(topics: &[String]) -> Result<String> {
    if topics.is_empty() || topics.len() > ENTRIES_MAX {
        let text = format!("must have from 1 to {ENTRIES_MAX} entries");
        return Err(Error::field("topics", text));
    }
    for (index, topic) in topics.iter().enumerate() {
        if !is_entry(topic) {
            return Err(Error::field(
                format!("topics[{index}]"),
                "must be a topic such as services.order_taken, services.* or *",
            ));
        }
    }
    Ok(topics.join(" "))
}

/// The list as it was typed.
pub(super) fn split(stored: &str) -> Vec<String> {
    stored.split(' ').map(str::to_owned).collect()
}

/// Whether `stored` has an entry for `topic`.
pub(super) fn contain(stored: &str, topic: &str) -> bool {
    stored
        .split(' ')
        .any(|entry| match entry.strip_suffix('*') {
            // `*` or `services.`: the point is part of it, so services.* is not servicesx.y.
            Some(prefix) => topic.starts_with(prefix),
            None => topic == entry,
        })
}

fn is_entry(text: &str) -> bool {
    let is_word = |word: &str| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        !word.is_empty() && word.bytes().all(plain)
    };
    match text.strip_suffix(".*") {
        Some(prefix) => text.len() <= LENGTH_MAX && prefix.split('.').all(is_word),
        None => text == "*" || text.len() <= LENGTH_MAX && text.split('.').all(is_word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_a_prefix_or_everything() {
        for (stored, topic, wanted) in [
            ("*", "services.order_taken", true),
            ("services.*", "services.order_taken", true),
            ("services.*", "servicesx.order_taken", false),
            ("services.*", "services", false),
            ("services.order_taken", "services.order_taken", true),
            ("services.order_taken", "services.order_taken_back", false),
            ("services.order_taken", "services.order", false),
            ("shop.* services.order_taken", "services.order_taken", true),
            ("shop.* services.order_taken", "shop.paid", true),
            ("shop.* services.order_taken", "ads.paid", false),
        ] {
            assert_eq!(contain(stored, topic), wanted, "{stored} {topic}");
        }
    }

    #[test]
    fn nothing_else_is_taken() {
        let one = |text: &str| join(&[text.to_owned()]).is_ok();
        for good in ["*", "services.*", "services.order_taken", "a.b.*", "a1"] {
            assert!(one(good), "{good}");
        }
        let long = "a".repeat(101);
        for bad in [
            "",
            " ",
            "**",
            ".*",
            "a*",
            "*.a",
            "a..b",
            "A.b",
            "a b",
            "a.",
            "заказ",
            &long,
        ] {
            assert!(!one(bad), "{bad}");
        }
        assert!(join(&[]).is_err() && join(&vec!["*".to_owned(); 51]).is_err());
        let both = ["a.b".to_owned(), "c.*".to_owned()];
        assert_eq!(split(&join(&both).unwrap()), both);
    }
}
