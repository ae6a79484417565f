//! Built once for all profiles: the results lie in the target folder under the name of the content
//! that they were built from.

use crate::node::Tools;
use crate::sources::LOCK_FILE;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Results that are kept, so that going back to another branch costs nothing.
const KEPT: usize = 6;

/// The place of one result.
pub(crate) struct Shared {
    all: PathBuf,
    key: String,
}

impl Shared {
    /// In the target folder that `out` is in: `target/debug/build/torg-web-…/out`.
    pub(crate) fn beside(out: &Path, key: &str) -> Self {
        let target = out.ancestors().nth(4).unwrap_or(out);
        Self {
            all: target.join("torg-web"),
            key: key.to_owned(),
        }
    }

    fn place(&self) -> PathBuf {
        self.all.join(&self.key)
    }

    /// Its folder, when it is there.
    pub(crate) fn find(&self) -> Option<PathBuf> {
        // The list is written last, and the folder gets its name after that.
        Some(self.place()).filter(|place| place.join("files.tsv").is_file())
    }

    /// Builds it, unless somebody else did meanwhile.
    pub(crate) fn build(&self, tools: &Tools, web: &Path, pack: &Path) -> Result<PathBuf, String> {
        let lock_file = web.join(LOCK_FILE);
        let told = |error: io::Error| format!("{}: {error}", lock_file.display());
        // Builds into other target folders share `node_modules` with this one.
        let lock = File::open(&lock_file).map_err(told)?;
        lock.lock().map_err(told)?;
        if let Some(built) = self.find() {
            return Ok(built);
        }
        install(tools, web, &lock_file)?;
        let unfinished = self.all.join(format!("{}.new", std::process::id()));
        let failed = |error: io::Error| format!("{}: {error}", unfinished.display());
        fs::create_dir_all(&unfinished).map_err(failed)?;
        let made = self.fill(tools, web, pack, &unfinished);
        if made.is_err() {
            let _left_over = fs::remove_dir_all(&unfinished);
        }
        made?;
        fs::rename(&unfinished, self.place()).map_err(failed)?;
        self.forget_old();
        Ok(self.place())
    }

    fn fill(&self, tools: &Tools, web: &Path, pack: &Path, into: &Path) -> Result<(), String> {
        let site = into.join("site");
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let arguments = ["run", "build", "--", "--emptyOutDir", "--outDir"];
        tools.npm(web, &[&arguments[..], &[&text(&site)]].concat())?;
        if !site.join("index.html").is_file() {
            return Err("npm run build left no index.html".to_owned());
        }
        tools.node(into, &[&text(pack), &text(into)])
    }

    /// Removes all but the newest ones. What cannot be removed stays.
    fn forget_old(&self) {
        let Ok(entries) = fs::read_dir(&self.all) else {
            return;
        };
        let mut found: Vec<_> = entries
            .filter_map(Result::ok)
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .filter(|(_, path)| path.extension().is_none())
            .collect();
        found.sort();
        for (_, old) in found.iter().rev().skip(KEPT) {
            let _left_over = fs::remove_dir_all(old);
        }
    }
}

/// Brings in what `package-lock.json` names, when it names something else than the last time.
fn install(tools: &Tools, web: &Path, lock_file: &Path) -> Result<(), String> {
    let mark = web.join("node_modules/.installed-for");
    let failed = |error: io::Error| format!("{}: {error}", mark.display());
    let wanted = fs::read(lock_file).map_err(failed)?;
    if fs::read(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
    // Everything is needed to build, whatever NODE_ENV says.
    let what = ["ci", "--ignore-scripts", "--include=dev"];
    tools.npm(web, &[&what[..], &quiet[..]].concat())?;
    fs::write(&mark, wanted).map_err(failed)
}
