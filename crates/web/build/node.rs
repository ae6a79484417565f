//! Node and npm: whether they are here, and running them.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The oldest Node that builds `web/`: what its `package.json` says.
const OLDEST: (u32, u32) = (20, 19);

/// Lines of a failed command that are shown, of its beginning and of its end: npm says first what is
/// wrong, Vite last.
const SHOWN: usize = 8;

/// Node and npm, seen working.
pub(crate) struct Tools(());

impl Tools {
    /// Both, or what is missing.
    pub(crate) fn find() -> Result<Self, String> {
        let need = format!("it needs Node {}.{} or later with npm", OLDEST.0, OLDEST.1);
        let Some(node) = version("node") else {
            return Err(format!("{need}, and there is no Node here"));
        };
        if parsed(&node).is_none_or(|version| version < OLDEST) {
            return Err(format!("{need}, and the Node here is {node}"));
        }
        match version("npm") {
            Some(_) => Ok(Self(())),
            None => Err(format!("{need}, and there is no npm here")),
        }
    }

    pub(crate) fn npm(&self, folder: &Path, arguments: &[&str]) -> Result<(), String> {
        run("npm", folder, arguments)
    }

    pub(crate) fn node(&self, folder: &Path, arguments: &[&str]) -> Result<(), String> {
        run("node", folder, arguments)
    }
}

/// The folders in which programs are looked for, each once.
pub(crate) fn search_path() -> BTreeSet<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).filter(|folder| folder.is_absolute());
    folders
        .filter_map(|folder| fs::canonicalize(folder).ok())
        .filter(|folder| folder.is_dir())
        .collect()
}

/// The first two numbers of `v20.19.1`.
fn parsed(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.strip_prefix('v')?.split('.');
    let mut next = || numbers.next()?.parse().ok();
    Some((next()?, next()?))
}

fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(said)
}

fn run(program: &str, folder: &Path, arguments: &[&str]) -> Result<(), String> {
    let shown = format!("{program} {}", arguments.join(" "));
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .env("CI", "true")
        .env("NO_COLOR", "1")
        .env("NODE_ENV", "production")
        // Cargo says with it what it does with symbols; to programs of Node it means talk.
        .env_remove("DEBUG");
    let output = command.output();
    let output = output.map_err(|error| format!("{shown}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{shown}: {}\n{}", output.status, said(&output)))
}

fn said(output: &Output) -> String {
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = said.lines().filter(|l| !l.trim().is_empty()).collect();
    let end = lines.len().saturating_sub(SHOWN).max(SHOWN);
    let begins = lines.iter().take(SHOWN);
    let ends = lines.iter().skip(end);
    begins.chain(ends).copied().collect::<Vec<_>>().join("\n")
}
