//! Everything that the bot says exists in every language, and nothing else does.

use std::collections::BTreeSet;
use std::path::Path;
use torg_platform::money::Money;
use torg_platform::refusal::Refusal as _;
use torg_services::domain::{Category, ComplaintReason, Refusal};
use torg_telegram::texts::Texts;

fn texts() -> Texts {
    Texts::new(
        include_str!("../../locales/ru.json"),
        include_str!("../../locales/en.json"),
    )
}

/// Names of the texts: words with dots between them, in quotes.
fn keys_in(source: &str, into: &mut BTreeSet<String>) {
    for text in source.split('"').skip(1).step_by(2) {
        let words: Vec<&str> = text.split('.').collect();
        let is_word = |word: &&str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        };
        // Names of jobs, topics and messages begin with the market's.
        if words.len() > 1 && words.iter().all(is_word) && words[0] != "services" {
            into.insert(text.to_owned());
        }
    }
}

fn used_under(folder: &Path, into: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            used_under(&path, into);
        } else {
            let source = std::fs::read_to_string(&path).unwrap();
            let product = source.split("#[cfg(test)]").next().unwrap();
            keys_in(product, into);
        }
    }
}

/// Names that are put together from a word of the domain.
fn made() -> Vec<String> {
    let price = Money::ZERO;
    let refusals = [
        Refusal::UnknownCategory,
        Refusal::ExecutorNotTaker,
        Refusal::InsufficientBalance { price },
        Refusal::OwnOrder,
        Refusal::NotYourOrder,
        Refusal::NotTakenByYou,
        Refusal::OrderLocked,
        Refusal::RechargeDisabled,
        Refusal::OrderNotFound,
        Refusal::PaymentNotFound,
        Refusal::OrderFull,
        Refusal::PriceChanged { price },
        Refusal::DuplicateContact,
        Refusal::AlreadyResponded,
        Refusal::OrderNotTaken,
        Refusal::OrderNotFinished,
        Refusal::AlreadyReviewed,
        Refusal::AlreadyComplained,
        Refusal::OrderGone,
    ];
    // Refusals of the kernel and of payments that a chat can meet.
    let others = [
        "rate_limited",
        "relay_over",
        "relay_too_long",
        "payments_not_configured",
        "payment_refused",
        "payment_method_unavailable",
        "payment_provider_away",
    ];
    let refusals = refusals.iter().map(|refusal| refusal.code()).chain(others);
    let commands = ["new", "orders", "subscribe", "stop"];
    refusals
        .map(|code| format!("refusal.{code}"))
        .chain(Category::ALL.map(|c| format!("category.{}", c.slug())))
        .chain(ComplaintReason::ALL.map(|r| format!("reason.{}", r.slug())))
        .chain(commands.map(|name| format!("command.{name}")))
        .chain(["market.title".to_owned()])
        .collect()
}

#[test]
fn the_languages_say_the_same() {
    assert_eq!(texts().problems(), Vec::<String>::new());
}

#[test]
fn every_text_exists_and_every_one_is_said() {
    let mut used: BTreeSet<String> = made().into_iter().collect();
    used_under(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bot"),
        &mut used,
    );
    let file: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(include_str!("../../locales/ru.json")).unwrap();
    let there: BTreeSet<String> = file.keys().cloned().collect();
    let missing: Vec<_> = used.difference(&there).collect();
    let unused: Vec<_> = there.difference(&used).collect();
    assert!(
        missing.is_empty() && unused.is_empty(),
        "missing {missing:?}\nunused {unused:?}"
    );
}
