//! What has happened, in words for people and as one hash that is the same only if every answer
//! was the same, byte for byte.

use sha2::{Digest as _, Sha256};

/// The history of a world as it was lived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace {
    hasher: Sha256,
    lines: Vec<String>,
    steps: u64,
}

impl Trace {
    /// Something that a person may want to read.
    pub(crate) fn say(&mut self, line: String) {
        self.hash(line.as_bytes());
        self.lines.push(line);
        self.steps += 1;
    }

    /// Something that must be the same the next time.
    pub(crate) fn hash(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.hasher.update([0]);
    }

    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }

    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    pub(crate) fn digest(&self) -> String {
        hex::encode(self.hasher.clone().finalize())
    }
}
