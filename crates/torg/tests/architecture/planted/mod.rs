//! Planted violations: each rule is handed what it forbids, and what looks like it and is fine.

use crate::source::Source;
use crate::workspace::{Edge, Package, Workspace};

mod files;
mod packages;
mod text;

fn package(kind: &str) -> Package {
    Package {
        kind: kind.to_owned(),
        shares_lints: true,
        ..Package::default()
    }
}

fn depends(kind: &str, to: &str) -> Package {
    let mut package = package(kind);
    package.edges.push(Edge {
        to: to.to_owned(),
        dev: false,
        optional: false,
        features: Vec::new(),
    });
    package
}

fn workspace<const N: usize>(packages: [(&str, Package); N]) -> Workspace {
    Workspace {
        packages: packages.map(|(name, p)| (name.to_owned(), p)).into(),
        ..Workspace::default()
    }
}

/// A package of `kind` named `torg-shop` with one Rust file.
fn with_file(kind: &str, path: &str, text: &str) -> Workspace {
    let mut package = package(kind);
    package.rust.insert(path.to_owned(), Source::new(text));
    workspace([("torg-shop", package)])
}

fn shop(path: &str, text: &str) -> Workspace {
    with_file("market", path, text)
}

#[track_caller]
fn bites(violations: &[String], about: &str) {
    assert_eq!(violations.len(), 1, "{violations:#?}");
    assert!(violations[0].contains(about), "{violations:#?}");
}

#[track_caller]
fn is_fine(violations: &[String]) {
    assert!(violations.is_empty(), "{violations:#?}");
}
