//! Rules about SQL: where it stands and which tables it names.

use std::collections::BTreeSet;

use crate::workspace::{Package, Workspace};

/// Kinds that have no business with SQL. The kernel keeps its own; tools measure it.
const WITHOUT_SQL: &[&str] = &["app"];
/// Kinds that keep their own tables, in `store/`: a sandbox in a file of its own.
const WITH_STORE: &[&str] = &["market", "adapter", "sandbox"];

/// In markets, adapters and the sandbox SQL stands in `store/`; the app has none.
pub(crate) fn only_in_stores(all: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for (name, package) in &all.packages {
        let kept = WITH_STORE.contains(&package.kind.as_str());
        if !kept && !WITHOUT_SQL.contains(&package.kind.as_str()) {
            continue;
        }
        for (path, source) in package.product() {
            if kept && path.starts_with("src/store/") {
                continue;
            }
            let statements = source.strings.iter().filter(|(_, text)| is_statement(text));
            let mut lines: BTreeSet<usize> = statements.map(|(line, _)| *line).collect();
            for window in source.words().windows(2) {
                if let [(line, "sql"), (_, "!")] = window {
                    lines.insert(*line);
                }
            }
            for line in lines {
                violations.push(format!("{name}/{path}:{line}: SQL belongs into a store"));
            }
        }
    }
    violations
}

/// SQL of a market, an adapter or the sandbox names tables that begin with its package's name;
/// everything else it asks the kernel for.
pub(crate) fn own_tables(all: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    let keepers = WITH_STORE.iter().flat_map(|kind| all.of_kind(kind));
    for (name, market) in keepers {
        let prefix = format!("{}_", market.short(name));
        for (place, text) in statements(market) {
            for table in foreign_tables(&prefix, &text) {
                violations.push(format!("{name}/{place}: table {table} is not {prefix}…"));
            }
        }
    }
    violations
}

/// Every SQL text of a package with its place.
fn statements(package: &Package) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, source) in package.product() {
        for (line, text) in source.strings.iter().filter(|(_, t)| is_statement(t)) {
            found.push((format!("{path}:{line}"), text.clone()));
        }
    }
    for (path, text) in &package.sql {
        found.push((path.clone(), without_comments(text)));
    }
    found
}

/// Whether a string is SQL and not a sentence that begins with "Select".
fn is_statement(text: &str) -> bool {
    const FIRST: &[&str] = &[
        "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "CREATE", "ALTER", "DROP",
    ];
    const LATER: &[&str] = &[
        "FROM", "INTO", "SET", "VALUES", "AS", "TABLE", "INDEX", "TRIGGER",
    ];
    let words = words(text);
    let Some(first) = words.first() else {
        return false;
    };
    // Written in capitals, or all of it in small letters by someone in a hurry.
    let same_case =
        |word: &str| word.chars().all(char::is_uppercase) || word.chars().all(char::is_lowercase);
    let known = |word: &str, list: &[&str]| {
        same_case(word) && list.contains(&word.to_ascii_uppercase().as_str())
    };
    known(first, FIRST)
        && (words.iter().skip(1).any(|w| known(w, LATER)) || *first == "SELECT" && words.len() > 1)
}

fn without_comments(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// Words, commas and parentheses; strings in quotes are left out, quoted names are not.
fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (number, part) in text.split('\'').enumerate() {
        if number % 2 == 1 {
            continue;
        }
        let mut rest = part;
        while let Some(at) = rest.find(|c: char| is_name(c) || "(),;".contains(c)) {
            rest = rest.get(at..).unwrap_or_default();
            let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len()).max(1);
            let (word, tail) = rest.split_at(length);
            found.push(word);
            rest = tail;
        }
    }
    found
}

fn is_name(c: char) -> bool {
    c == '_' || c == '.' || c == '$' || c.is_ascii_alphanumeric()
}

/// Tables of others among those that `text` reads, writes, creates or refers to.
fn foreign_tables<'a>(prefix: &str, text: &'a str) -> Vec<&'a str> {
    const NOISE: &[&str] = &["IF", "NOT", "EXISTS", "ONLY", "LATERAL", "MATERIALIZED"];
    let words: Vec<&str> = words(text)
        .into_iter()
        .filter(|word| !NOISE.contains(&word.to_ascii_uppercase().as_str()))
        .collect();
    let upper = |at: usize| {
        words
            .get(at)
            .map(|w| w.to_ascii_uppercase())
            .unwrap_or_default()
    };
    // `WITH due AS (` and `, late (id) AS (` make names for this statement alone.
    let local: BTreeSet<&str> = (0..words.len())
        .filter(|at| upper(at.saturating_add(1)) == "AS" && upper(at.saturating_add(2)) == "(")
        .filter_map(|at| name_before(&words, at))
        .collect();
    let mut foreign = Vec::new();
    for at in 0..words.len() {
        let names_table = match upper(at).as_str() {
            // `IS DISTINCT FROM x`, `EXTRACT(EPOCH FROM x)`
            "FROM" => {
                upper(at.saturating_sub(1)) != "DISTINCT"
                    && upper(at.saturating_sub(3)) != "EXTRACT"
            }
            "UPDATE" => !["FOR", "DO", "ON", "OR", "BEFORE", "AFTER", "OF", "KEY"]
                .contains(&upper(at.saturating_sub(1)).as_str()),
            "JOIN" | "INTO" | "TABLE" | "REFERENCES" => true,
            // `CREATE INDEX x ON t`, `CREATE TRIGGER x BEFORE UPDATE ON t`
            "ON" => creates(&words, at),
            _ => false,
        };
        if names_table {
            foreign.extend(tables_at(&words, at.saturating_add(1)));
        }
    }
    foreign.retain(|table| {
        let bare = table.rsplit('.').next().unwrap_or(table);
        !bare.to_ascii_lowercase().starts_with(prefix) && !local.contains(bare)
    });
    foreign
}

/// The name that ends at `at`: `due` of `due`, and of `due (id, at)` when `at` is the parenthesis.
fn name_before<'a>(words: &[&'a str], at: usize) -> Option<&'a str> {
    if words.get(at) != Some(&")") {
        return words.get(at).copied();
    }
    let open = words.get(..at)?.iter().rposition(|word| *word == "(")?;
    words.get(open.checked_sub(1)?).copied()
}

/// Whether the `ON` at `at` belongs to a CREATE of an index or a trigger.
fn creates(words: &[&str], at: usize) -> bool {
    let before = words.get(..at).unwrap_or_default();
    let statement = before
        .rsplit(|word| *word == ";")
        .next()
        .unwrap_or_default();
    let is = |n: usize, list: &[&str]| {
        statement
            .get(n)
            .is_some_and(|w| list.contains(&w.to_ascii_uppercase().as_str()))
    };
    let kind = ["INDEX", "TRIGGER"];
    let first_on = !statement.iter().any(|w| w.eq_ignore_ascii_case("ON"));
    is(0, &["CREATE"]) && first_on && (1..4).any(|n| is(n, &kind))
}

/// The table at `at` and, after commas, its companions: `FROM a x, b AS y`.
fn tables_at<'a>(words: &[&'a str], mut at: usize) -> Vec<&'a str> {
    const AFTER: &[&str] = &["SELECT", "UNNEST", "VALUES", "SET", "NOTHING"];
    let mut found = Vec::new();
    let get = |at: usize| words.get(at).copied().unwrap_or_default();
    loop {
        let word = get(at);
        let first = word.chars().next().unwrap_or(' ');
        let is_function = get(at.saturating_add(1)) == "(" && !is_insert(words, at);
        if !(first == '_' || first.is_ascii_alphabetic())
            || AFTER.contains(&word.to_ascii_uppercase().as_str())
        {
            return found;
        }
        if !is_function {
            found.push(word);
        }
        // Skip an alias; a comma directly after it continues the list.
        at = at.saturating_add(1);
        if get(at).eq_ignore_ascii_case("AS") {
            at = at.saturating_add(1);
        }
        let next = if get(at) == "," {
            at
        } else {
            at.saturating_add(1)
        };
        if get(next) != "," || is_function {
            return found;
        }
        at = next.saturating_add(1);
    }
}

/// A parenthesis after the name: columns of an INSERT, CREATE or REFERENCES, not a call.
fn is_insert(words: &[&str], at: usize) -> bool {
    let before = at
        .checked_sub(1)
        .and_then(|i| words.get(i))
        .copied()
        .unwrap_or_default();
    ["INTO", "TABLE", "REFERENCES", "ON"].contains(&before.to_ascii_uppercase().as_str())
}
