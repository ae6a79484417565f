//! What the Mini App is built from.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};

/// Folders of `web/` that the result does not depend on.
const BESIDE: &[&str] = &["node_modules", "dist", "tests", "coverage"];

/// Ends of names of files that say nothing to a browser.
const SILENT: &[&str] = &[".d.ts", ".test.ts", ".test.tsx"];

/// What is installed before building.
pub(crate) const LOCK_FILE: &str = "package-lock.json";

/// The sources, read once.
pub(crate) struct Sources {
    /// Files and folders that Cargo is to watch.
    pub(crate) watched: Vec<PathBuf>,
    /// All files with their paths inside `web/`, sorted.
    files: Vec<(PathBuf, PathBuf)>,
}

impl Sources {
    /// Those in `web`.
    pub(crate) fn read(web: &Path) -> Result<Self, String> {
        let mut found = Self {
            watched: Vec::new(),
            files: Vec::new(),
        };
        for (name, path) in entries(web)? {
            if name.starts_with('.') || BESIDE.contains(&name.as_str()) {
                continue;
            }
            found.collect(&path, Path::new(&name))?;
            found.watched.push(path);
        }
        if !found.files.iter().any(|(n, _)| n == Path::new(LOCK_FILE)) {
            return Err(format!("{} has no {LOCK_FILE}", web.display()));
        }
        found.files.sort();
        Ok(found)
    }

    fn collect(&mut self, path: &Path, name: &Path) -> Result<(), String> {
        if path.is_dir() {
            for (inner, path) in entries(path)? {
                self.collect(&path, &name.join(inner))?;
            }
        } else if !is_silent(name) {
            self.files.push((name.to_owned(), path.to_owned()));
        }
        Ok(())
    }

    /// A name for their content, together with that of `more`. It names a cache and protects
    /// nothing, so the standard library's hash is good enough.
    pub(crate) fn key(&self, more: &Path) -> Result<String, String> {
        let mut hasher = DefaultHasher::new();
        let more = (PathBuf::new(), more.to_owned());
        for (name, path) in self.files.iter().chain([&more]) {
            let content = fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
            for part in [name.as_os_str().as_encoded_bytes(), &content] {
                hasher.write_usize(part.len());
                hasher.write(part);
            }
        }
        Ok(format!("{:016x}", hasher.finish()))
    }
}

fn is_silent(name: &Path) -> bool {
    let name = name.to_string_lossy();
    SILENT.iter().any(|end| name.ends_with(end))
}

fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        found.push((name, entry.path()));
    }
    Ok(found)
}
