//! The file with the words of a wallet: read by its owner alone, or not at all.

use super::Secret;
use std::io::{self, Read as _};
use std::path::Path;

/// Longer than any 24 words.
const FILE_MAX: u64 = 4096;

/// Why the file is not read. Never says what is in it.
#[derive(Debug, thiserror::Error)]
pub enum WalletFileError {
    /// Others could have read it, so its words are no secret.
    #[error(
        "can be read by others (mode {0:03o}): make it its owner's alone with chmod 600, and think \
         of who may have read it"
    )]
    Exposed(u32),
    /// Something that is too long to be words, or no text.
    #[error("is no file with 24 words")]
    NoWords,
    /// The system's reason.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

/// The words in the file at `path`.
///
/// # Errors
/// [`WalletFileError`]: above all when group or others have any right to it.
pub fn read_wallet_file(path: &Path) -> Result<Secret, WalletFileError> {
    let mut file = std::fs::File::open(path)?;
    // Of the open file: the name may lead elsewhere a moment later.
    let metadata = file.metadata()?;
    let mode = mode(&metadata);
    if mode & 0o077 != 0 {
        return Err(WalletFileError::Exposed(mode & 0o777));
    }
    if !metadata.is_file() || metadata.len() > FILE_MAX {
        return Err(WalletFileError::NoWords);
    }
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) if text.split_whitespace().count() == 24 => Ok(Secret::new(text)),
        Ok(_) => Err(WalletFileError::NoWords),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(WalletFileError::NoWords),
        Err(error) => Err(error.into()),
    }
}

#[cfg(unix)]
fn mode(metadata: &std::fs::Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(metadata)
}

/// Where files have no such rights, the folder's owner has to see to it.
#[cfg(not(unix))]
fn mode(_metadata: &std::fs::Metadata) -> u32 {
    0
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    const WORDS: &str = "one two three four five six seven eight nine ten eleven twelve \
        a b c d e f g h i j k l\n";

    fn file(text: &[u8], mode: u32) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        file
    }

    #[test]
    fn is_read_when_it_is_its_owners_alone() {
        for mode in [0o600, 0o400] {
            let read = read_wallet_file(file(WORDS.as_bytes(), mode).path()).unwrap();
            assert_eq!(read.expose(), WORDS);
        }
        for mode in [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o666] {
            let error = read_wallet_file(file(WORDS.as_bytes(), mode).path()).unwrap_err();
            let text = error.to_string();
            assert!(text.contains(&format!("(mode {mode:o})")), "{text}");
            assert!(!text.contains("three"), "{text}");
        }
    }

    #[test]
    fn says_why_it_is_not_read() {
        let long = WORDS.repeat(100);
        for text in [&b"one two"[..], b"", &[0xff; 100], long.as_bytes()] {
            let error = read_wallet_file(file(text, 0o600).path()).unwrap_err();
            assert_eq!(error.to_string(), "is no file with 24 words");
        }
        let folder = tempfile::tempdir().unwrap();
        let error = read_wallet_file(&folder.path().join("nothing")).unwrap_err();
        assert!(error.to_string().starts_with("cannot be read: "), "{error}");
    }
}
