//! A workspace of its own for the build script.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const NPM: &str = r#"#!/bin/sh
echo "npm $1" >> "$ASKED"
case "$1" in
--version) echo 10.8.2 ;;
ci)
    [ -z "$BROKEN" ] || { echo "npm error: no network" >&2; exit 1; }
    /bin/mkdir -p node_modules
    ;;
run)
    for last; do :; done
    /bin/mkdir -p "$last/assets"
    echo page > "$last/index.html"
    echo code > "$last/assets/a.js"
    ;;
esac
"#;

const NODE: &str = r#"#!/bin/sh
case "$1" in
--version) echo "${NODE_IS:-v20.19.0}" ;;
*) printf 'assets/a.js\thash-a\t\nindex.html\thash-i\t\n' > "$2/files.tsv" ;;
esac
"#;

/// A workspace with sources of a Mini App, and an empty folder where programs are looked for.
pub(crate) struct Place {
    folder: TempDir,
}

/// What a run of the build script came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) worked: bool,
    /// What it told Cargo.
    pub(crate) said: String,
    /// The table that the library would include.
    pub(crate) table: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for folder in ["crates/web/build", "web/src", "bin"] {
            fs::create_dir_all(place.path(folder)).unwrap();
        }
        place.write("web/package.json", "{}");
        place.write("web/package-lock.json", "{}");
        place.write("web/src/main.ts", "1");
        place.write("crates/web/build/pack.mjs", "");
        // Cargo compiles it alone, too: it has no dependencies.
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("build/main.rs");
        let compiled = Command::new("rustc")
            .args(["--edition", "2024", "-o"])
            .arg(place.path("script"))
            .arg(source)
            .output()
            .unwrap();
        assert!(compiled.status.success(), "{compiled:?}");
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Node and npm are installed.
    pub(crate) fn install_node(&self) {
        for (name, text) in [("bin/node", NODE), ("bin/npm", NPM)] {
            self.write(name, text);
            let may_run = fs::Permissions::from_mode(0o755);
            fs::set_permissions(self.path(name), may_run).unwrap();
        }
    }

    /// Runs the script for a profile, `debug` or `release`.
    pub(crate) fn run(&self, profile: &str, variables: &[(&str, &str)]) -> Run {
        let out = self.out(profile);
        let output = self.command(profile, variables).output().unwrap();
        let Output { status, stdout, .. } = output;
        Run {
            worked: status.success(),
            said: String::from_utf8(stdout).unwrap(),
            table: fs::read_to_string(out.join("files.rs")).unwrap_or_default(),
        }
    }

    pub(crate) fn command(&self, profile: &str, variables: &[(&str, &str)]) -> Command {
        let out = self.out(profile);
        fs::create_dir_all(&out).unwrap();
        let mut command = Command::new(self.path("script"));
        command
            .env_clear()
            .env("PATH", self.path("bin"))
            .env("OUT_DIR", out)
            .env("CARGO_MANIFEST_DIR", self.path("crates/web"))
            .env("ASKED", self.path("asked"))
            .envs(variables.iter().copied());
        command
    }

    fn out(&self, profile: &str) -> PathBuf {
        self.path(&format!("target/{profile}/build/torg-web-1/out"))
    }

    /// What npm was asked for since the last time, without questions for its version.
    pub(crate) fn asked(&self) -> Vec<String> {
        let asked = fs::read_to_string(self.path("asked")).unwrap_or_default();
        self.write("asked", "");
        asked
            .lines()
            .filter(|line| *line != "npm --version")
            .map(str::to_owned)
            .collect()
    }
}
