//! The server under test: the real binary, as a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The bot token that signs the people of the benchmark.
pub(crate) const BOT_TOKEN: &str = "4242:benchmark";

/// A running server, killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) addr: SocketAddr,
    /// From starting the process to the line that says it is ready.
    pub(crate) ready_after: Duration,
}

/// The binary beside this one.
pub(crate) fn binary() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    let path = own.with_file_name("torg");
    if path.exists() {
        Ok(path)
    } else {
        Err(format!("{} is missing: build it first", path.display()))
    }
}

impl Server {
    /// `torg serve` on `database`, with what the benchmark needs switched on or off.
    pub(crate) fn start(database: &str, settings: &[(&str, &str)]) -> Result<Self, String> {
        let mut command = Command::new(binary()?);
        command
            .arg("serve")
            .env("TORG_HTTP__LISTEN", "127.0.0.1:0")
            .env("TORG_DATABASE__URL", database)
            .env("TORG_TELEGRAM__BOT_TOKEN", BOT_TOKEN)
            .env("TORG_TELEGRAM__UPDATES", "off")
            .env(
                "TORG_AUTH__JWT_SECRET",
                "a secret for the benchmark, 32 bytes long",
            )
            .env("TORG_SERVICES__DEV_RECHARGE", "true")
            .env("TORG_LIMITS__ENABLED", "false")
            .envs(settings.iter().copied());
        Self::spawn(command)
    }

    /// A server whose every answer is `bytes` of JSON, through the same edge.
    pub(crate) fn constant(bytes: usize) -> Result<Self, String> {
        let own = std::env::current_exe().map_err(|e| e.to_string())?;
        let mut command = Command::new(own);
        command
            .arg("constant")
            .arg("--bytes")
            .arg(bytes.to_string());
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Result<Self, String> {
        let started = Instant::now();
        let mut child = command
            .stdout(Stdio::piped())
            // The access log is written as in production, and read by nobody.
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| e.to_string())?;
        let stdout = child.stdout.take().ok_or("no stdout")?;
        let mut lines = BufReader::new(stdout).lines();
        let addr = loop {
            let line = lines
                .next()
                .ok_or("the server stopped")?
                .map_err(|e| e.to_string())?;
            if let Some(addr) = line.strip_prefix("listening on http://") {
                break addr
                    .parse()
                    .map_err(|e| format!("not an address: {addr}: {e}"))?;
            }
        };
        let ready_after = started.elapsed();
        // Nobody may block on a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self {
            child,
            addr,
            ready_after,
        })
    }

    /// Resident memory, MB.
    pub(crate) fn rss_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status
            .lines()
            .find(|l| l.starts_with("VmRSS:"))
            .unwrap_or_default();
        let kb: f64 = line
            .split_whitespace()
            .nth(1)
            .and_then(|v| v.parse().ok())
            .unwrap_or(0.0);
        kb / 1024.0
    }

    /// Stops it as an operator does, and waits.
    pub(crate) fn stop(mut self) {
        let pid = self.child.id().to_string();
        drop(Command::new("kill").arg("-TERM").arg(pid).status());
        drop(self.child.wait());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A fresh address of an embedded database in `folder`.
pub(crate) fn sqlite_url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("bench.db").display())
}
