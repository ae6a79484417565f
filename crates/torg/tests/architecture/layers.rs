//! Rules about what a file may name.

use crate::source::Source;
use crate::workspace::Workspace;

/// Layer of a market → layers that it may name. `http`, `bot` and `jobs` are the ways in.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("app", &["domain", "store"]),
    ("http", &["app", "domain"]),
    ("bot", &["app", "domain"]),
    ("jobs", &["app", "domain"]),
];

/// What stands beside the layers (`error`, `events`, `config`) is named by all of them and so may
/// name nothing but the domain, or it would be a tunnel.
const BESIDE: &[&str] = &["domain"];

/// What a domain may take from the kernel: values and refusals, no machinery. `rng` is an argument.
const PURE_KERNEL: &[&str] = &[
    "csv",
    "Error",
    "Kind",
    "Money",
    "Result",
    "Timestamp",
    "UserId",
    "error",
    "fold",
    "ids",
    "money",
    "refusal",
    "rng",
];

/// Words that a pure file has no use for.
const IMPURE: &[&str] = &[
    "async",
    "await",
    "axum",
    "Clock",
    "futures_util",
    "http",
    "Instant",
    "println",
    "rusqlite",
    "spawn",
    "sql",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "SystemTime",
    "thread",
    "tokio",
    "tokio_postgres",
    "tracing",
];

/// Inside a market `http`, `bot`, `jobs` → `app` → `store` → `domain`.
pub(crate) fn direction(all: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for (name, market) in all.of_kind("market") {
        for (path, source) in market.product() {
            let Some(layer) = layer(path) else { continue };
            let allowed = LAYERS
                .iter()
                .find(|(l, _)| *l == layer)
                .map_or(BESIDE, |(_, allowed)| allowed);
            for (line, other) in tops_named(path, source) {
                let Ok(other) = other else {
                    violations.push(format!(
                        "{name}/{path}:{line}: write crate::…, `super` hides the layer"
                    ));
                    continue;
                };
                let is_layer = LAYERS.iter().any(|(l, _)| *l == other);
                if is_layer && other != layer && !allowed.contains(&other) {
                    violations.push(format!(
                        "{name}/{path}:{line}: {layer} must not use {other}"
                    ));
                }
            }
        }
    }
    violations
}

/// Top module of a file: `http` of `src/http/orders.rs`. The root may name everything.
fn layer(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    let top = inside.split(['/', '.']).next()?;
    (inside != "lib.rs").then_some(top)
}

/// Top modules that `crate::…` paths name, or `Err` where `super` climbs to the root.
fn tops_named<'a>(path: &str, source: &'a Source) -> Vec<(usize, Result<&'a str, ()>)> {
    let words = source.words();
    let mut named = Vec::new();
    // src/http/orders.rs is two modules below the root, src/http/mod.rs one.
    let depth = path
        .matches('/')
        .count()
        .saturating_sub(usize::from(path.ends_with("/mod.rs")));
    for (at, (line, word)) in words.iter().enumerate() {
        let after = |n: usize| words.get(at.saturating_add(n)).map_or("", |(_, w)| w);
        let before = |n: usize| {
            at.checked_sub(n)
                .and_then(|i| words.get(i))
                .map_or("", |(_, w)| w)
        };
        if *word == "crate" && after(1) == "::" {
            if after(2) == "{" {
                named.extend(tops_in_group(&words[at.saturating_add(3)..]));
            } else {
                named.push((*line, Ok(after(2))));
            }
        } else if *word == "super" && before(1) != "::" && before(1) != "(" {
            let mut climbed = 1_usize;
            while after(climbed.saturating_mul(2)) == "super" {
                climbed = climbed.saturating_add(1);
            }
            if climbed >= depth {
                named.push((*line, Err(())));
            }
        }
    }
    named
}

/// First names inside `crate::{ … }`, also of nested groups that start a path.
fn tops_in_group<'a>(words: &[(usize, &'a str)]) -> Vec<(usize, Result<&'a str, ()>)> {
    let mut named = Vec::new();
    let mut depth = 1_usize;
    let mut starts = true;
    for (line, word) in words {
        match *word {
            "{" => depth = depth.saturating_add(1),
            "}" => depth = depth.saturating_sub(1),
            "," => starts = depth == 1,
            name => {
                if starts && depth == 1 {
                    named.push((*line, Ok(name)));
                }
                starts = false;
            }
        }
        if depth == 0 {
            break;
        }
    }
    named
}

/// A domain computes: values in, values or refusals out.
pub(crate) fn purity(all: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for (name, market) in all.of_kind("market") {
        for (path, source) in market.product() {
            if layer(path) != Some("domain") {
                continue;
            }
            let words = source.words();
            for (at, (line, word)) in words.iter().enumerate() {
                let after = |n: usize| words.get(at.saturating_add(n)).map_or("", |(_, w)| w);
                let pair = format!("{word}::{}", after(2));
                let joined = after(1) == "::" && IMPURE.contains(&pair.as_str());
                // A path's later parts are not the crate of that name.
                let first = at
                    .checked_sub(1)
                    .and_then(|i| words.get(i))
                    .map(|(_, w)| *w)
                    != Some("::");
                if joined || first && IMPURE.contains(word) {
                    violations.push(format!("{name}/{path}:{line}: `{word}` in a pure file"));
                }
                if *word == "torg_platform" && after(1) == "::" {
                    let named = if after(2) == "{" {
                        tops_in_group(&words[at.saturating_add(3)..])
                    } else {
                        vec![(*line, Ok(after(2)))]
                    };
                    for (line, part) in named {
                        if part.is_ok_and(|part| !PURE_KERNEL.contains(&part)) {
                            violations.push(format!(
                                "{name}/{path}:{line}: `torg_platform::{}` in a pure file",
                                part.unwrap_or_default()
                            ));
                        }
                    }
                }
            }
        }
    }
    violations
}

/// The kernel knows no market: no table, package or route of one.
pub(crate) fn kernel_is_ignorant(all: &Workspace) -> Vec<String> {
    // Also the ones that are not written yet.
    let mut markets = vec!["services", "shop", "gifts", "ads"];
    markets.extend(
        all.of_kind("market")
            .map(|(name, market)| market.short(name)),
    );
    let mut violations = Vec::new();
    for (name, kernel) in all.of_kind("kernel") {
        let mut look = |path: &str, line: usize, text: &str| {
            for word in text.split(|c: char| !crate::source::is_word(c)) {
                let word = word.strip_prefix("torg_").unwrap_or(word);
                let names = |market: &&&str| {
                    word.strip_prefix(**market)
                        .is_some_and(|rest| rest.starts_with('_'))
                };
                if let Some(market) = markets.iter().find(names) {
                    violations.push(format!(
                        "{name}/{path}:{line}: `{word}` belongs to {market}"
                    ));
                }
            }
            for market in &markets {
                if text.contains(&format!("torg_{market}")) {
                    violations.push(format!(
                        "{name}/{path}:{line}: names the package of {market}"
                    ));
                }
            }
        };
        for (path, source) in kernel.product() {
            for (number, line) in (1..).zip(source.code.lines()) {
                look(path, number, line);
            }
            for (number, text) in &source.strings {
                look(path, *number, text);
            }
        }
        for (path, text) in &kernel.sql {
            look(path, 0, text);
        }
    }
    violations
}

/// Where the two engines may be told apart: the database layer, and full-text search.
const MAY_BRANCH: &[(&str, &str)] = &[("kernel", "src/db/"), ("market", "src/store/search")];

/// Business code that asks which engine it runs on is two programs, of which one is tested less.
pub(crate) fn engine_branches(all: &Workspace) -> Vec<String> {
    const JUDGED: &[&str] = &["kernel", "adapter", "market", "sandbox", "app"];
    let mut violations = Vec::new();
    for (name, package) in &all.packages {
        if !JUDGED.contains(&package.kind.as_str()) {
            continue;
        }
        for (path, source) in package.product() {
            let excused =
                |(kind, prefix): &(&str, &str)| package.kind == *kind && path.starts_with(prefix);
            if MAY_BRANCH.iter().any(excused) {
                continue;
            }
            for window in source.words().windows(3) {
                if let [(line, "Engine"), (_, "::"), (_, engine)] = window
                    && ["Sqlite", "Postgres", "{", "*"].contains(engine)
                {
                    violations.push(format!(
                        "{name}/{path}:{line}: asks for the engine; say it in platform::db"
                    ));
                }
            }
        }
    }
    violations
}
