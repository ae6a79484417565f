//! The table of promises: what each part has shown, from the lines that `tools/prove.sh` gathers.

use clap::Args;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::path::PathBuf;

/// What to print.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// One JSON object a line: name, seconds, exit status and result of a part
    results: PathBuf,
    /// What was proven
    #[arg(long, default_value = "unknown")]
    commit: String,
}

/// A part that was run.
#[derive(Debug, Deserialize)]
struct Line {
    name: String,
    took: u64,
    status: i64,
    result: Outcome,
}

#[derive(Debug, Deserialize)]
struct Outcome {
    ok: bool,
    #[serde(default)]
    seed: Option<u64>,
    #[serde(default)]
    figures: Map<String, Value>,
}

impl Line {
    fn holds(&self) -> bool {
        self.result.ok && self.status == 0
    }
}

/// What we promise, and the parts that would show it broken.
const PROMISES: &[(&str, &[&str])] = &[
    (
        "No money is made or lost; a balance is the sum of its entries",
        &[
            "sim",
            "kill-sqlite",
            "kill-postgres",
            "kill-database",
            "races",
        ],
    ),
    (
        "One intent, one effect",
        &["keys", "sim", "kill-sqlite", "kill-postgres"],
    ),
    (
        "What was acknowledged is durable",
        &["power", "kill-sqlite", "kill-postgres", "kill-database"],
    ),
    (
        "Nobody overspends, and no hold is forgotten",
        &["races", "sim"],
    ),
    (
        "No oversell, and never a fourth take",
        &["races", "sim", "kill-sqlite"],
    ),
    (
        "What was begun ends, along allowed steps only",
        &["sim", "burned-list"],
    ),
    (
        "Every committed event is told, in order, and none whose cause was undone",
        &["sim", "burned-list"],
    ),
    (
        "A deposit is credited once, a payout leaves once",
        &["sim", "burned-list"],
    ),
    (
        "A contact is seen by nobody who has not paid for it",
        &["authz", "sim"],
    ),
    ("Every route has its policy, and keeps it", &["authz"]),
    ("SQLite and PostgreSQL are the same machine", &["compare"]),
    ("Strangers' bytes do no harm", &["fuzz"]),
    (
        "These checks find faults",
        &["plants", "burned-list", "mutants"],
    ),
];

/// Prints both tables; whether every part that was run holds.
pub(crate) fn run(plan: &Plan) -> Result<bool, String> {
    let text = std::fs::read_to_string(&plan.results).map_err(|e| e.to_string())?;
    let mut lines: Vec<Line> = Vec::new();
    for line in text.lines() {
        lines.push(serde_json::from_str(line).map_err(|e| format!("{line}: {e}"))?);
    }
    println!("Commit {}\n", plan.commit);
    println!("| Promise | Holds | Shown by |\n|---|---|---|");
    for (promise, parts) in PROMISES {
        let ran: Vec<&Line> = lines
            .iter()
            .filter(|l| parts.contains(&l.name.as_str()))
            .collect();
        let verdict = match (ran.is_empty(), ran.iter().all(|line| line.holds())) {
            (true, _) => "not run",
            (false, true) => "yes",
            (false, false) => "NO",
        };
        println!("| {promise} | {verdict} | {} |", parts.join(", "));
    }
    println!("\n| Part | Holds | Seed | Seconds | Figures |\n|---|---|---|---|---|");
    for line in &lines {
        let seed = line
            .result
            .seed
            .map_or(String::new(), |seed| seed.to_string());
        println!(
            "| {} | {} | {seed} | {} | {} |",
            line.name,
            if line.holds() { "yes" } else { "NO" },
            line.took,
            figures(&line.result.figures)
        );
    }
    let total: u64 = lines.iter().map(|line| line.took).sum();
    let broken = lines.iter().filter(|line| !line.holds()).count();
    println!("\n{} parts in {total} s, {broken} broken", lines.len());
    Ok(broken == 0 && !lines.is_empty())
}

fn figures(figures: &Map<String, Value>) -> String {
    let shown = figures.iter().filter(|(_, value)| !value.is_null());
    let shown = shown.map(|(name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), short);
        format!("{} {value}", name.replace('_', " "))
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// A hash is told by its beginning.
fn short(text: &str) -> String {
    let is_hash = text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit());
    text.chars().take(if is_hash { 16 } else { 200 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(lines: &str) -> Result<bool, String> {
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        let results = folder.path().join("results");
        std::fs::write(&results, lines).map_err(|e| e.to_string())?;
        let commit = "test".to_owned();
        run(&Plan { results, commit })
    }

    #[test]
    fn one_broken_part_breaks_the_table() {
        let good = r#"{"name":"sim","took":1,"status":0,"result":{"part":"sim","ok":true,"seed":1,"figures":{"days":2}}}"#;
        let bad = good.replace(r#""ok":true"#, r#""ok":false"#);
        let failed = good.replace(r#""status":0"#, r#""status":1"#);
        assert_eq!(ran(good), Ok(true));
        assert_eq!(ran(&format!("{good}\n{bad}")), Ok(false));
        assert_eq!(ran(&failed), Ok(false));
        assert_eq!(ran(""), Ok(false), "nothing was shown");
        assert!(ran("no JSON").is_err());
    }
}
