//! The table that the library includes: `$OUT_DIR/files.rs`.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Copies what was built beside the table, and lists it.
pub(crate) fn write(out: &Path, built: &Path) -> Result<(), String> {
    let list = built.join("files.tsv");
    let list = fs::read_to_string(&list).map_err(|e| format!("{}: {e}", list.display()))?;
    let ours = out.join("ui");
    if ours.exists() {
        fs::remove_dir_all(&ours).map_err(|e| format!("{}: {e}", ours.display()))?;
    }
    let mut table = String::new();
    for line in list.lines() {
        let mut parts = line.split('\t');
        let (Some(path), Some(hash), Some(encodings)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(format!("files.tsv: {line:?}"));
        };
        let take = |kind: &str| {
            let to = ours.join(kind).join(path);
            copy(&built.join(kind).join(path), &to)?;
            Ok::<_, String>(format!("include_bytes!({to:?})"))
        };
        let optional = |kind: &str| {
            if encodings.split(',').any(|encoding| encoding == kind) {
                Ok(format!("Some({})", take(kind)?))
            } else {
                Ok::<_, String>("None".to_owned())
            }
        };
        let (plain, br, gzip) = (take("site")?, optional("br")?, optional("gzip")?);
        let _never = writeln!(
            table,
            "File {{ path: {path:?}, hash: {hash:?}, plain: {plain}, br: {br}, gzip: {gzip} }},"
        );
    }
    put(
        out,
        &format!("Site {{ files: &[\n{table}], missing: None }}\n"),
    )
}

/// An empty one, with the reason.
pub(crate) fn write_stub(out: &Path, why: &str) -> Result<(), String> {
    put(
        out,
        &format!("Site {{ files: &[], missing: Some(Missing::{why}) }}\n"),
    )
}

fn put(out: &Path, text: &str) -> Result<(), String> {
    let table = out.join("files.rs");
    fs::write(&table, text).map_err(|e| format!("{}: {e}", table.display()))
}

fn copy(from: &PathBuf, to: &PathBuf) -> Result<(), String> {
    let failed = |error: io::Error| format!("{}: {error}", from.display());
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::copy(from, to).map(|_bytes| ()).map_err(failed)
}
