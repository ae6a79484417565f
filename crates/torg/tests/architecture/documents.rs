//! Rules about documents: what they point at exists, what they list is true.

use std::path::{Component, Path, PathBuf};

use crate::workspace::Workspace;

/// Relative links in Markdown lead to files of the repository.
pub(crate) fn links(all: &Workspace) -> Vec<String> {
    let mut violations = Vec::new();
    for (path, text) in &all.documents {
        for target in targets(text) {
            let file = target.split('#').next().unwrap_or_default();
            let elsewhere = target.contains("://") || target.starts_with("mailto:");
            if elsewhere || file.is_empty() {
                continue;
            }
            let from = Path::new(path).parent().unwrap_or(Path::new(""));
            let Some(inside) = resolve(&from.join(file)) else {
                violations.push(format!("{path}: {target} leads out of the repository"));
                continue;
            };
            if !all.root.join(&inside).exists() {
                violations.push(format!("{path}: {target} leads nowhere"));
            }
        }
    }
    violations
}

/// `](target)` and `src="target"` outside code blocks.
fn targets(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (number, block) in text.split("```").enumerate() {
        if number % 2 == 1 {
            continue;
        }
        for (open, close) in [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"')] {
            for rest in block.split(open).skip(1) {
                found.push(rest.split([close, ' ']).next().unwrap_or_default());
            }
        }
    }
    found
}

/// The path without `..`, or nothing when it climbs out.
fn resolve(path: &Path) -> Option<PathBuf> {
    let mut inside = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => inside.push(name),
            Component::ParentDir => {
                if !inside.pop() {
                    return None;
                }
            }
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(inside)
}

/// `docs/adr/README.md` has one row per decision, with the title and status of the record.
pub(crate) fn decisions(all: &Workspace) -> Vec<String> {
    const FOLDER: &str = "docs/adr/";
    const STATUSES: &[&str] = &["proposed", "accepted", "superseded"];
    let table = all
        .documents
        .get("docs/adr/README.md")
        .map_or("", String::as_str);
    let mut violations = Vec::new();
    let mut rows = table.lines().filter(|l| l.starts_with("| [")).count();
    for (path, text) in &all.documents {
        let Some(file) = path.strip_prefix(FOLDER) else {
            continue;
        };
        if !file.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        rows = rows.saturating_sub(1);
        let number = file.split('-').next().unwrap_or_default();
        let heading = text.lines().next().unwrap_or_default();
        let title = heading
            .strip_prefix(&format!("# {number} "))
            .unwrap_or_default();
        let status = text
            .lines()
            .find_map(|line| line.strip_prefix("Status: "))
            .unwrap_or_default();
        if title.is_empty() {
            violations.push(format!("{path}: the heading must be `# {number} Title`"));
        }
        if !STATUSES.iter().any(|s| status.starts_with(s)) {
            violations.push(format!(
                "{path}: the status is {status:?}, not {STATUSES:?}"
            ));
        }
        let row = format!("| [{number}]({file}) | {title} | {status} |");
        if !table.contains(&row) {
            violations.push(format!("{FOLDER}README.md lacks the row: {row}"));
        }
    }
    if rows > 0 {
        violations.push(format!(
            "{FOLDER}README.md lists decisions that do not exist"
        ));
    }
    violations
}
