//! The demo's folder: the database, the keys that it made for itself, and how far its clock has
//! been moved.

use super::Failure;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use torg_platform::ids::random_token;
use torg_platform::rng::Rng;

const KEYS: &str = "demo-keys.toml";
const MOVED: &str = "demo-clock-seconds";

/// The folder; a temporary one is deleted with this.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    temporary: bool,
}

impl Folder {
    pub(super) fn at(path: PathBuf) -> Result<Self, Failure> {
        create(&path)?;
        Ok(Self {
            path,
            temporary: false,
        })
    }

    pub(super) fn temporary(rng: &Rng) -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("torg-demo-{}", random_token(rng, 12)));
        create(&path)?;
        Ok(Self {
            path,
            temporary: true,
        })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(super) fn describe(&self) -> String {
        let end = if self.temporary {
            " (deleted at the end)"
        } else {
            ""
        };
        format!("{}{end}", self.path.display())
    }

    /// The keys of this demo as settings; made at the first start.
    pub(super) fn keys(
        &self,
        rng: &Rng,
    ) -> Result<Vec<(&'static str, &'static str, String)>, Failure> {
        self.keep_secret(KEYS, || {
            // Bots' ids have ten digits, and their tokens 35 more characters.
            let id = 7_000_000_000_u64.saturating_add(rng.next_u64() % 1_000_000_000);
            Ok(format!(
                "# Made by `torg demo` for itself; worth nothing anywhere else.\n\
                 bot_token = \"{id}:{}\"\njwt_secret = \"{}\"\nadmin_secret = \"{}\"\n",
                random_token(rng, 35),
                random_token(rng, 43),
                random_token(rng, 22),
            ))
        })?;
        let path = self.path(KEYS);
        let text = std::fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
        let table: toml::Table = text
            .parse()
            .map_err(|_broken| Failure::failed(unreadable(&path)))?;
        [
            ("bot_token", "telegram", "bot_token"),
            ("jwt_secret", "auth", "jwt_secret"),
            ("admin_secret", "admin", "secret"),
        ]
        .into_iter()
        .map(
            |(name, section, key)| match table.get(name).and_then(toml::Value::as_str) {
                Some(value) => Ok((section, key, value.to_owned())),
                None => Err(Failure::failed(unreadable(&path))),
            },
        )
        .collect()
    }

    /// Writes a file that only its owner reads, unless it is there.
    pub(super) fn keep_secret(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        let path = self.path(name);
        if path.exists() {
            return Ok(());
        }
        write_private(&path, &make()?).map_err(|error| failed(&path, &error))
    }

    /// How far the clock has been moved in earlier starts.
    pub(super) fn moved(&self) -> Duration {
        let text = std::fs::read_to_string(self.path(MOVED)).unwrap_or_default();
        Duration::from_secs(text.trim().parse().unwrap_or(0))
    }

    /// Remembers that the clock was moved.
    pub(super) fn add_moved(&self, by: Duration) {
        let seconds = self.moved().saturating_add(by).as_secs();
        if let Err(error) = std::fs::write(self.path(MOVED), seconds.to_string()) {
            tracing::warn!(%error, "the clock's position will be forgotten at the next start");
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.temporary
            && let Err(error) = std::fs::remove_dir_all(&self.path)
        {
            tracing::warn!(%error, folder = %self.path.display(), "not deleted");
        }
    }
}

fn create(path: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(path).map_err(|error| failed(path, &error))
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(format!("{}: {error}", path.display()))
}

fn unreadable(path: &Path) -> String {
    format!(
        "{} cannot be read; delete the folder to start the demo over",
        path.display()
    )
}
