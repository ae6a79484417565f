//! Builds `web/` where Node is, once for all profiles, and writes the table of files that the
//! library embeds. Without Node the table is empty and says why.
//!
//! `TORG_WEB` decides: `auto` (the default) builds when it can, `required` fails when it cannot,
//! `skip` does not try.

#![expect(
    clippy::print_stdout,
    reason = "a build script speaks to Cargo on its standard output"
)]

mod node;
mod shared;
mod sources;
mod table;

use node::Tools;
use shared::Shared;
use sources::{LOCK_FILE, Sources};
use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Why there is no Mini App in this build.
pub(crate) enum Why {
    /// `TORG_WEB=skip`.
    Skipped,
    /// Node or npm is missing or too old, with what was found.
    NoNode(String),
    /// It was tried and went wrong, with what was said.
    Failed(String),
}

impl Why {
    /// Name of the reason for the page that stands in.
    fn code(&self) -> &'static str {
        match self {
            Self::Skipped => "Skipped",
            Self::NoNode(_) => "NoNode",
            Self::Failed(_) => "Failed",
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Skipped => "TORG_WEB=skip",
            Self::NoNode(text) | Self::Failed(text) => text,
        }
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            for line in why.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    println!("cargo::rerun-if-env-changed=TORG_WEB");
    println!("cargo::rerun-if-changed=build");
    let out = PathBuf::from(variable("OUT_DIR")?);
    let own = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let mode = env::var("TORG_WEB").unwrap_or_default();
    let made = match mode.as_str() {
        "skip" => Err(Why::Skipped),
        "" | "auto" | "required" => make(&own, &out),
        other => {
            return Err(format!(
                "TORG_WEB is {other:?}; it may be auto, required or skip"
            ));
        }
    };
    let why = match made {
        Ok(built) => return table::write(&out, &built),
        Err(why) => why,
    };
    if mode == "required" {
        return Err(format!(
            "TORG_WEB=required, but the Mini App cannot be built: {}",
            why.text()
        ));
    }
    if !matches!(why, Why::Skipped) {
        for line in why.text().lines() {
            println!("cargo::warning=no Mini App in this build: {line}");
        }
    }
    table::write_stub(&out, why.code())
}

/// The folder of the built files, of this moment's sources.
fn make(own: &Path, out: &Path) -> Result<PathBuf, Why> {
    let web = own.ancestors().nth(2).unwrap_or(own).join("web");
    let sources = Sources::read(&web).map_err(|failed| {
        // Cargo looks again each time while what it is to watch is not there.
        println!("cargo::rerun-if-changed={}", web.join(LOCK_FILE).display());
        Why::Failed(failed)
    })?;
    for watched in &sources.watched {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    let pack = own.join("build/pack.mjs");
    let key = sources.key(&pack).map_err(Why::Failed)?;
    let shared = Shared::beside(out, &key);
    if let Some(built) = shared.find() {
        return Ok(built);
    }
    let tools = match Tools::find() {
        Ok(tools) => tools,
        Err(found) => {
            // Node may come into one of these folders, or with another list of them.
            println!("cargo::rerun-if-env-changed=PATH");
            for folder in node::search_path() {
                println!("cargo::rerun-if-changed={}", folder.display());
            }
            return Err(Why::NoNode(found));
        }
    };
    shared.build(&tools, &web, &pack).map_err(Why::Failed)
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|error| format!("{name}: {error}"))
}
