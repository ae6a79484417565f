//! What a plain text says by itself: commands, names, tags, links, addresses.

use super::{Entity, units};

/// Ends of names that are no hosts without a scheme: only the usual ones are links by themselves.
const DOMAINS: [&str; 14] = [
    "com", "org", "net", "ru", "me", "io", "app", "dev", "shop", "info", "ton", "рф", "su",
    "market",
];

/// Everything that is found, in the text's order.
pub(super) fn find(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    let mut offset = 0_usize;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let bracketed = bare.trim_start_matches(['(', '"', '«', '[', '\'']);
        let before = bare.len().saturating_sub(bracketed.len());
        let before = bare.get(..before).map_or(0, units);
        if let Some((kind, length)) = meaning(bracketed) {
            found.push(Entity::new(kind, offset.saturating_add(before), length));
        }
        offset = offset.saturating_add(units(word));
    }
    found
}

fn meaning(word: &str) -> Option<(&'static str, usize)> {
    if let Some(rest) = word.strip_prefix('/') {
        return command(rest).map(|length| ("bot_command", length.saturating_add(1)));
    }
    if let Some(rest) = word.strip_prefix('@') {
        let name = name_length(rest);
        return (3..=32)
            .contains(&name)
            .then(|| ("mention", name.saturating_add(1)));
    }
    if let Some(rest) = word.strip_prefix('#') {
        let tag: String = rest
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let letters = tag.chars().any(|c| !c.is_numeric());
        return letters.then(|| ("hashtag", units(&tag).saturating_add(1)));
    }
    if let Some(rest) = word.strip_prefix('$') {
        let tag = rest.find(|c: char| !c.is_ascii_uppercase());
        let tag = tag.unwrap_or(rest.len());
        let ends = !rest
            .get(tag..)
            .unwrap_or_default()
            .starts_with(char::is_alphanumeric);
        return ((1..=8).contains(&tag) && ends).then(|| ("cashtag", tag.saturating_add(1)));
    }
    let link = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '"', '\'', '»']);
    if is_url(link) {
        return Some(("url", units(link)));
    }
    is_email(link).then(|| ("email", units(link)))
}

/// Letters of a command behind the slash, with the bot's name if it has one.
fn command(rest: &str) -> Option<usize> {
    let name = name_length(rest);
    if !(1..=64).contains(&name) {
        return None;
    }
    let behind = rest.get(name..).unwrap_or_default();
    let addressed = behind
        .strip_prefix('@')
        .map(name_length)
        .filter(|n| *n >= 3);
    if let Some(addressed) = addressed {
        return Some(name.saturating_add(1).saturating_add(addressed));
    }
    // "/a/b" is a path and no command.
    (!behind.starts_with('/')).then_some(name)
}

fn name_length(text: &str) -> usize {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    end.unwrap_or(text.len())
}

fn is_url(word: &str) -> bool {
    let lower = word.to_lowercase();
    let schemes = ["https://", "http://", "tg://", "ton://"];
    if let Some(rest) = schemes.iter().find_map(|scheme| lower.strip_prefix(scheme)) {
        return !rest.is_empty();
    }
    let end = lower.find(['/', '?', '#', ':']).unwrap_or(lower.len());
    let host = lower.get(..end).unwrap_or_default();
    let Some((name, domain)) = host.rsplit_once('.') else {
        return false;
    };
    let good = |part: &str| {
        let is_letter = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
        !part.is_empty() && !part.starts_with(['.', '-']) && part.chars().all(is_letter)
    };
    good(name) && DOMAINS.contains(&domain)
}

fn is_email(word: &str) -> bool {
    let Some((name, host)) = word.split_once('@') else {
        return false;
    };
    let good = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    !name.is_empty() && name.chars().all(good) && is_url(host)
}

#[cfg(test)]
mod tests {
    use super::super::{Marks, marks};
    use super::*;

    #[test]
    fn words_that_mean_something() {
        let cases: Vec<(&str, Marks)> = vec![
            ("/start order_1", vec![("bot_command", 0, 6)]),
            ("/help@torg_bot", vec![("bot_command", 0, 14)]),
            ("и/или /a/b 5/6", vec![]),
            ("😀 @anna, привет", vec![("mention", 3, 5)]),
            ("@ab", vec![]),
            ("см. https://x.org/a?b=1.", vec![("url", 4, 19)]),
            ("(t.me/torg_bot)", vec![("url", 1, 13)]),
            ("1.5 и т.д.", vec![]),
            ("#срочно #1", vec![("hashtag", 0, 7)]),
            ("$USD, $usd $ABCDEFGHI", vec![("cashtag", 0, 4)]),
            ("a.b@mail.ru", vec![("email", 0, 11)]),
        ];
        for (text, expected) in cases {
            assert_eq!(marks(&find(text)), expected, "{text}");
        }
    }
}
