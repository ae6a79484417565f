//! What is in the binary.

/// A file as Vite left it, with its compressed copies.
#[derive(Debug)]
pub(crate) struct File {
    /// Path below `/app/`.
    pub(crate) path: &'static str,
    /// Hash of its content.
    pub(crate) hash: &'static str,
    pub(crate) plain: &'static [u8],
    /// Only where it is clearly smaller, as `gzip`.
    pub(crate) br: Option<&'static [u8]>,
    pub(crate) gzip: Option<&'static [u8]>,
}

/// Why there is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    dead_code,
    reason = "a build makes one of them, or none: the table in OUT_DIR says which"
)]
pub(crate) enum Missing {
    /// The build was told to leave it out.
    Skipped,
    /// There was no Node that can build it.
    NoNode,
    /// Building it went wrong.
    Failed,
}

/// All files, or the reason why there are none.
#[derive(Debug)]
pub(crate) struct Site {
    /// Sorted by path.
    pub(crate) files: &'static [File],
    pub(crate) missing: Option<Missing>,
}

impl Site {
    pub(crate) fn find(&self, path: &str) -> Option<&'static File> {
        let at = self.files.binary_search_by(|file| file.path.cmp(path));
        at.ok().and_then(|at| self.files.get(at))
    }
}

/// What the build put here.
pub(crate) static EMBEDDED: Site = include!(concat!(env!("OUT_DIR"), "/files.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    /// Looking up rests on it.
    #[test]
    fn the_table_is_sorted_and_has_a_page_or_a_reason() {
        assert!(EMBEDDED.files.is_sorted_by(|a, b| a.path < b.path));
        let page = EMBEDDED.find("index.html");
        assert_ne!(page.is_some(), EMBEDDED.missing.is_some());
        for file in EMBEDDED.files {
            assert_eq!(EMBEDDED.find(file.path).unwrap().hash, file.hash);
            assert!(file.br.is_none_or(|br| br.len() < file.plain.len()));
            assert!(file.gzip.is_none_or(|gzip| gzip.len() < file.plain.len()));
        }
    }
}
