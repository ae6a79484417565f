//! The workspace as the rules see it: packages with their edges, and files with their text.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::source::Source;

/// How one package names another in its manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) to: String,
    pub(crate) dev: bool,
    pub(crate) optional: bool,
    /// Features that it asks for.
    pub(crate) features: Vec<String>,
}

/// One member of the workspace.
#[derive(Debug, Clone, Default)]
pub(crate) struct Package {
    /// `[package.metadata.torg] kind`, empty when the manifest has none.
    pub(crate) kind: String,
    /// Edges to other members only.
    pub(crate) edges: Vec<Edge>,
    /// `[features]`.
    pub(crate) features: BTreeMap<String, Vec<String>>,
    /// Names of the integration test binaries.
    pub(crate) test_binaries: Vec<String>,
    /// Whether the manifest says `[lints] workspace = true`.
    pub(crate) shares_lints: bool,
    /// Rust files by path inside the package.
    pub(crate) rust: BTreeMap<String, Source>,
    /// SQL files by path inside the package.
    pub(crate) sql: BTreeMap<String, String>,
}

impl Package {
    /// Name of the market, `services` for `torg-services`.
    pub(crate) fn short<'a>(&self, name: &'a str) -> &'a str {
        name.strip_prefix("torg-").unwrap_or(name)
    }

    /// Rust files that are part of the product: no tests.
    pub(crate) fn product(&self) -> impl Iterator<Item = (&String, &Source)> {
        self.rust.iter().filter(|(path, _)| {
            path.starts_with("src/")
                && !path.ends_with("/tests.rs")
                && !path.contains("/tests/")
                && !path.ends_with("_tests.rs")
        })
    }
}

/// All members by name, and the documents.
#[derive(Debug, Clone, Default)]
pub(crate) struct Workspace {
    pub(crate) packages: BTreeMap<String, Package>,
    /// Markdown files by path from the root.
    pub(crate) documents: BTreeMap<String, String>,
    /// Where it stands; empty for planted ones.
    pub(crate) root: PathBuf,
}

impl Workspace {
    /// The packages of one kind.
    pub(crate) fn of_kind<'a>(
        &'a self,
        kind: &'a str,
    ) -> impl Iterator<Item = (&'a String, &'a Package)> {
        self.packages.iter().filter(move |(_, p)| p.kind == kind)
    }

    /// Reads the real one.
    pub(crate) fn read() -> Self {
        let out = Command::new(env!("CARGO"))
            .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo runs");
        let errors = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "cargo metadata: {errors}");
        let metadata: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
        let root = PathBuf::from(text(&metadata["workspace_root"]));
        let members = metadata["packages"].as_array().expect("packages");
        let names: Vec<&str> = members.iter().map(|p| text(&p["name"])).collect();
        let packages = members
            .iter()
            .map(|p| (text(&p["name"]).to_owned(), package(p, &names)))
            .collect();
        let documents = files(&root, &["md"])
            .into_iter()
            .map(|(path, text)| (path, text.to_owned()))
            .collect();
        Self {
            packages,
            documents,
            root,
        }
    }
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn package(metadata: &serde_json::Value, members: &[&str]) -> Package {
    let manifest = Path::new(text(&metadata["manifest_path"]));
    let dir = manifest.parent().expect("a manifest stands in a folder");
    let manifest: toml::Table =
        toml::from_str(&std::fs::read_to_string(manifest).expect("readable")).expect("TOML");
    let edges = metadata["dependencies"].as_array().expect("dependencies");
    let targets = metadata["targets"].as_array().expect("targets");
    let features = metadata["features"].as_object().expect("features");
    Package {
        kind: text(&metadata["metadata"]["torg"]["kind"]).to_owned(),
        edges: edges
            .iter()
            .filter(|d| members.contains(&text(&d["name"])))
            .map(|d| Edge {
                to: text(&d["name"]).to_owned(),
                dev: d["kind"] == "dev",
                optional: d["optional"] == true,
                features: (d["features"].as_array().into_iter().flatten())
                    .map(|f| text(f).to_owned())
                    .collect(),
            })
            .collect(),
        features: features
            .iter()
            .map(|(name, parts)| {
                let parts = parts.as_array().expect("features are lists");
                (
                    name.clone(),
                    parts.iter().map(|f| text(f).to_owned()).collect(),
                )
            })
            .collect(),
        test_binaries: targets
            .iter()
            .filter(|t| t["kind"][0] == "test")
            .map(|t| text(&t["name"]).to_owned())
            .collect(),
        shares_lints: manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"))
            .and_then(toml::Value::as_bool)
            == Some(true),
        rust: files(dir, &["rs"])
            .into_iter()
            .map(|(path, text)| (path, Source::new(&text)))
            .collect(),
        sql: files(dir, &["sql"]).into_iter().collect(),
    }
}

/// Files under `dir` with one of the extensions, by path from `dir`.
fn files(dir: &Path, extensions: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("readable folder") {
            let path = entry.expect("readable entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                // Built, fetched or private things are not ours to judge.
                let skip = ["target", "node_modules", "data"].contains(&&*name);
                if !skip && !name.starts_with('.') {
                    open.push(path);
                }
            } else if path
                .extension()
                .is_some_and(|x| extensions.iter().any(|e| x == *e))
            {
                let inside = path.strip_prefix(dir).expect("below").display().to_string();
                found.push((inside, std::fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    found
}
