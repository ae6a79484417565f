//! The texts: every one in every language, every one used, every one that is used there.

use std::collections::BTreeSet;
use torg_shop::domain::{PayWith, Status};
use torg_telegram::texts::Texts;

const RU: &str = include_str!("../../../locales/ru.json");
const EN: &str = include_str!("../../../locales/en.json");

/// Families of keys that are put together from a name.
const FAMILIES: [&str; 5] = ["status.", "mine.", "event.", "pay.", "refusal."];

fn keys() -> BTreeSet<String> {
    let texts: serde_json::Map<String, serde_json::Value> = serde_json::from_str(RU).unwrap();
    texts.into_iter().map(|(key, _)| key).collect()
}

/// The sources of the bot, and of the refusals that it passes on.
fn sources() -> (String, String) {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = String::new();
    for file in std::fs::read_dir(root.join("src/bot")).unwrap() {
        all.push_str(&std::fs::read_to_string(file.unwrap().path()).unwrap());
    }
    let refusals = std::fs::read_to_string(root.join("src/domain/refusal.rs"));
    (all, refusals.unwrap())
}

/// Literals of a source that look like keys of ours.
fn literals(source: &str, families: &BTreeSet<String>) -> BTreeSet<String> {
    let is_key = |text: &&str| {
        let plain = |c: char| c.is_ascii_lowercase() || c == '_' || c == '.';
        let family = text.split_once('.').map(|(family, _)| family);
        text.chars().all(plain)
            && !text.ends_with('.')
            && family.is_some_and(|family| families.contains(family))
    };
    source
        .split('"')
        .filter(is_key)
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_languages_say_the_same_things() {
    let problems = Texts::new(RU, EN).problems();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn every_text_is_used_and_every_used_one_is_there() {
    let keys = keys();
    let families: BTreeSet<String> = keys
        .iter()
        .filter_map(|key| Some(key.split_once('.')?.0.to_owned()))
        .collect();
    let (bot, refusals) = sources();
    let mut used = literals(&bot, &families);
    let statuses = Status::ALL.map(Status::as_str);
    used.extend(statuses.map(|status| format!("status.{status}")));
    used.extend(statuses.map(|status| format!("mine.{status}")));
    // "Fulfilled" by nothing but keys, and the events that are no status.
    used.insert("status.keys".to_owned());
    used.extend(
        statuses
            .iter()
            .filter(|s| **s != "created")
            .map(|s| format!("event.{s}")),
    );
    for event in ["payment_requested", "partly_refunded", "payment_returned"] {
        used.insert(format!("event.{event}"));
    }
    used.extend(PayWith::ALL.map(|way| format!("pay.{}", way.as_str())));
    for command in ["shop", "cart", "purchases"] {
        used.insert(format!("command.{command}"));
    }
    used.insert("market.title".to_owned());
    let codes = refusals.lines().filter_map(|line| {
        let (_, code) = line.split_once("=> \"")?;
        let code = code.strip_suffix("\",")?;
        code.chars()
            .all(|c| c.is_ascii_lowercase() || c == '_')
            .then_some(code)
    });
    let codes: Vec<&str> = codes.collect();
    assert!(codes.len() > 20, "{codes:?}");
    used.extend(codes.iter().map(|code| format!("refusal.{code}")));
    // Those that the bot itself and the kernel refuse with.
    for code in [
        "rate_limited",
        "button_outdated",
        "no_keys",
        "validation_error",
    ] {
        used.insert(format!("refusal.{code}"));
    }
    let missing: Vec<_> = used.difference(&keys).collect();
    assert!(missing.is_empty(), "no text for {missing:#?}");
    let unused: Vec<_> = keys.difference(&used).collect();
    assert!(unused.is_empty(), "nobody says {unused:#?}");
    for family in FAMILIES {
        assert!(
            bot.contains(&format!("{family}{{")) || family == "refusal.",
            "{family} is not made"
        );
    }
}
