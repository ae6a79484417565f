//! Rules about packages: who may depend on whom, what each must look like.

use std::collections::BTreeSet;

use crate::workspace::{Edge, Package, Workspace};

/// Kind of package → kinds that it may name in `[dependencies]`.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("adapter", &["kernel"]),
    ("market", &["kernel", "adapter"]),
    ("sandbox", &["kernel", "adapter"]),
    // It plays the outside world around a program that the application hands in.
    ("sim", &["kernel", "adapter", "sandbox"]),
    ("testkit", &["kernel", "adapter", "sandbox"]),
    // Files to be served; it knows nothing of what they ask for.
    ("web", &[]),
    // It measures a market beside its limits, so it reads the market's statements; and the chain.
    ("tool", &["kernel", "adapter", "market", "sandbox"]),
    (
        "app",
        &["kernel", "adapter", "market", "sandbox", "sim", "web"],
    ),
];

/// Dependencies point from the app inwards; test helpers are for tests.
pub(crate) fn direction(all: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for (name, package) in &all.packages {
        let kind = &package.kind;
        let Some((_, allowed)) = MAY_DEPEND_ON.iter().find(|(k, _)| k == kind) else {
            violations.push(format!(
                "{name}: [package.metadata.torg] kind is {kind:?}, which is no kind of ours"
            ));
            continue;
        };
        for Edge { to, dev, .. } in &package.edges {
            let other = all.packages.get(to).map_or("", |p| p.kind.as_str());
            if !(allowed.contains(&other) || *dev && other == "testkit") {
                violations.push(format!("{name} ({kind}) must not depend on {to} ({other})"));
            }
        }
    }
    violations
}

/// Without its default features the binary has no sandbox: `demo` is the only door.
pub(crate) fn sandbox_behind_demo(all: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for (name, app) in all.of_kind("app") {
        for edge in app.edges.iter().filter(|e| !e.dev) {
            // What simulates has the sandbox in it.
            let is_sandbox = |p: &Package| ["sandbox", "sim"].contains(&p.kind.as_str());
            if !all.packages.get(&edge.to).is_some_and(is_sandbox) {
                continue;
            }
            if !edge.optional {
                violations.push(format!("{name}: {} must be optional", edge.to));
            }
            let opens = |(_, parts): &(&String, &Vec<String>)| {
                parts.iter().any(|part| {
                    let part = part.strip_prefix("dep:").unwrap_or(part);
                    part.split('/').next() == Some(edge.to.as_str())
                })
            };
            let doors: Vec<&str> = app
                .features
                .iter()
                .filter(opens)
                .map(|(f, _)| f.as_str())
                .collect();
            if doors != ["demo"] {
                violations.push(format!(
                    "{name}: only the feature demo may enable {}, not {doors:?}",
                    edge.to
                ));
            }
        }
        for (feature, parts) in &app.features {
            if feature != "default" && parts.iter().any(|part| part == "demo") {
                violations.push(format!("{name}: feature {feature} must not enable demo"));
            }
        }
    }
    violations
}

/// No build has planted faults unless it is asked for them: the feature opens nothing but itself
/// further in, and nothing else opens it.
pub(crate) fn planted_on_request(all: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for (name, package) in &all.packages {
        for (feature, parts) in &package.features {
            let planted = |part: &&String| part.split('/').next_back() == Some("planted");
            if feature != "planted" && parts.iter().any(|part| planted(&part)) {
                violations.push(format!("{name}: feature {feature} must not enable planted"));
            }
            if feature == "planted" && !parts.iter().all(|part| planted(&part)) {
                violations.push(format!("{name}: planted must enable nothing else"));
            }
        }
        if package
            .edges
            .iter()
            .any(|edge| edge.features.iter().any(|f| f == "planted"))
        {
            violations.push(format!("{name}: a dependency must not enable planted"));
        }
    }
    violations
}

/// One set of lints for everybody, one integration test binary each.
pub(crate) fn manifests(all: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for (name, package) in &all.packages {
        if !package.shares_lints {
            violations.push(format!("{name}: [lints] workspace = true is missing"));
        }
        for binary in &package.test_binaries {
            if !["it", "architecture"].contains(&binary.as_str()) {
                violations.push(format!(
                    "{name}: tests/{binary} links the package once more; make it a module of tests/it"
                ));
            }
        }
    }
    violations
}

/// Who has read one market knows where to look in the next.
pub(crate) fn market_shape(all: &Workspace) -> Vec<String> {
    const REQUIRED: &[&str] = &[
        "src/lib.rs",
        "src/error.rs",
        "src/domain/mod.rs",
        "src/app/mod.rs",
        "src/store/mod.rs",
        "src/http/mod.rs",
        "src/jobs/mod.rs",
        "tests/it/main.rs",
    ];
    const OPTIONAL: &[&str] = &["bot", "config", "events", "metrics", "provider"];
    let mut violations = Vec::new();
    for (name, market) in all.of_kind("market") {
        for path in REQUIRED.iter().filter(|p| !market.rust.contains_key(**p)) {
            violations.push(format!("{name}: {path} is missing"));
        }
        for engine in ["sqlite", "postgres"] {
            let folder = format!("migrations/{engine}/");
            if !market.sql.keys().any(|path| path.starts_with(&folder)) {
                violations.push(format!("{name}: {folder} is missing"));
            }
        }
        let tops: BTreeSet<&str> = market.rust.keys().filter_map(|path| top(path)).collect();
        for top in tops {
            let required = REQUIRED.iter().any(|path| self::top(path) == Some(top));
            if !required && !OPTIONAL.contains(&top) {
                violations.push(format!(
                    "{name}: src/{top} is not a part that markets have ({})",
                    OPTIONAL.join(", ")
                ));
            }
        }
    }
    violations
}

/// `http` of `src/http/orders.rs`, `error` of `src/error.rs`.
fn top(path: &str) -> Option<&str> {
    path.strip_prefix("src/")?.split(['/', '.']).next()
}

/// Both engines have the same migrations, numbered without a gap, and the code lists them all.
pub(crate) fn migrations(all: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for (name, package) in &all.packages {
        let of = |engine: &str| -> Vec<&str> {
            let folder = format!("migrations/{engine}/");
            let names = package.sql.keys().filter_map(|path| {
                let file = path.strip_prefix(&folder)?;
                Some(file.strip_suffix(".sql").unwrap_or(file))
            });
            names.collect()
        };
        let (sqlite, postgres) = (of("sqlite"), of("postgres"));
        if sqlite != postgres {
            violations.push(format!(
                "{name}: migrations differ: sqlite {sqlite:?}, postgres {postgres:?}"
            ));
        }
        for (number, migration) in (1_u32..).zip(&sqlite) {
            if !migration.starts_with(&format!("{number:04}_")) {
                violations.push(format!("{name}: {migration} should be number {number:04}"));
            }
            if !is_named(package, migration) {
                violations.push(format!("{name}: no code lists the migration {migration}"));
            }
        }
    }
    violations
}

fn is_named(package: &Package, migration: &str) -> bool {
    let mut strings = package.product().flat_map(|(_, source)| &source.strings);
    strings.any(|(_, text)| text == migration)
}

/// 600 lines at most, and nine files of ten under 400.
pub(crate) fn file_length(all: &Workspace) -> Vec<String> {
    const MOST: usize = 600;
    const USUAL: usize = 400;
    let mut violations = Vec::new();
    let mut long = Vec::new();
    let mut files = 0_usize;
    for (name, package) in &all.packages {
        let rust = package.rust.iter().map(|(path, s)| (path, s.lines));
        let sql = package
            .sql
            .iter()
            .map(|(path, text)| (path, text.lines().count()));
        for (path, lines) in rust.chain(sql) {
            files = files.saturating_add(1);
            if lines > MOST {
                violations.push(format!("{name}/{path}: {lines} lines, at most {MOST}"));
            } else if lines > USUAL {
                long.push(format!("  {name}/{path}: {lines}"));
            }
        }
    }
    if long.len().saturating_mul(10) > files {
        violations.push(format!(
            "{} of {files} files have more than {USUAL} lines, one in ten may:\n{}",
            long.len(),
            long.join("\n")
        ));
    }
    violations
}
