//! The server under test: the real binary as a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The bot token that signs everybody.
pub(crate) const BOT_TOKEN: &str = "4242:prove";
/// What opens the operator's routes.
pub(crate) const ADMIN_SECRET: &str = "the-admin-secret-of-the-proof";
/// What signs notices of payments.
pub(crate) const WEBHOOK_SECRET: &str = "the-webhook-secret-of-the-proof";

/// How to start it.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    /// Address of the database.
    pub(crate) database: String,
    /// Where it runs; there is no file of settings.
    pub(crate) folder: PathBuf,
}

/// The binary: `TORG_BIN`, or the one beside this one.
pub(crate) fn binary() -> Result<PathBuf, String> {
    let path = match std::env::var_os("TORG_BIN") {
        Some(path) => PathBuf::from(path),
        None => {
            let own = std::env::current_exe().map_err(|e| e.to_string())?;
            own.with_file_name("torg")
        }
    };
    path.canonicalize()
        .map_err(|e| format!("{}: {e}; build torg first, or set TORG_BIN", path.display()))
}

impl Launch {
    /// `torg ARGUMENTS` with nothing of the caller's own settings.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            // A build with planted faults, and no other, looks at TORG_PLANT.
            if text.starts_with("TORG_") && text != "TORG_PLANT" {
                command.env_remove(name);
            }
        }
        command.envs([
            ("TORG_HTTP__LISTEN", "127.0.0.1:0"),
            ("TORG_DATABASE__URL", self.database.as_str()),
            ("TORG_TELEGRAM__BOT_TOKEN", BOT_TOKEN),
            ("TORG_TELEGRAM__UPDATES", "off"),
            (
                "TORG_AUTH__JWT_SECRET",
                "a secret for the proof, 32 bytes long!",
            ),
            ("TORG_ADMIN__SECRET", ADMIN_SECRET),
            ("TORG_SERVICES__DEV_RECHARGE", "true"),
            ("TORG_PAYMENTS__TEST_PROVIDER", "true"),
            ("TORG_PAYMENTS__WEBHOOK_SECRET", WEBHOOK_SECRET),
            // The clients report by themselves.
            ("TORG_PAYMENTS__TEST_DELAY_MS", "3600000"),
            ("TORG_LIMITS__ENABLED", "false"),
        ]);
        command
    }

    /// Starts it without waiting.
    pub(crate) fn begin(&self) -> Result<Starting, String> {
        let mut command = self.command(&binary()?);
        command.arg("serve");
        Starting::spawn(command)
    }

    /// Starts it and waits until it answers.
    pub(crate) fn start(&self) -> Result<Server, String> {
        self.begin()?.ready()
    }

    /// Whether `torg verify` finds nothing, and what it says.
    pub(crate) fn verify(&self) -> Result<(bool, String), String> {
        let mut command = self.command(&binary()?);
        let output = command.arg("verify").output().map_err(|e| e.to_string())?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        Ok((output.status.code() == Some(0), text))
    }
}

/// A server that does not answer yet.
#[derive(Debug)]
pub(crate) struct Starting {
    child: Child,
}

impl Starting {
    pub(crate) fn spawn(mut command: Command) -> Result<Self, String> {
        let child = command
            .stdout(Stdio::piped())
            // The access log is written as in production, and read by nobody.
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| e.to_string())?;
        Ok(Self { child })
    }

    /// Ends it as it is.
    pub(crate) fn kill(mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Waits for the line with its address.
    pub(crate) fn ready(mut self) -> Result<Server, String> {
        let stdout = self.child.stdout.take().ok_or("no stdout")?;
        let mut lines = BufReader::new(stdout).lines();
        loop {
            let Some(Ok(line)) = lines.next() else {
                let status = self.child.wait().map_err(|e| e.to_string())?;
                return Err(format!("the server did not start: {status}"));
            };
            if let Some(address) = line.strip_prefix("listening on http://") {
                let address = address.parse().map_err(|e| format!("{address}: {e}"))?;
                // Nobody may block on a full pipe.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(Server {
                    child: self.child,
                    address,
                });
            }
        }
    }
}

/// A running server, killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// kill -9.
    pub(crate) fn kill(mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Waits for its end, which somebody else has caused.
    pub(crate) fn wait(mut self) {
        drop(self.child.wait());
    }

    /// Stops it as an operator does, and waits; whether it ended well.
    pub(crate) fn stop(mut self) -> bool {
        drop(signal(self.child.id(), "TERM"));
        self.child.wait().is_ok_and(|status| status.success())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sends a signal.
pub(crate) fn signal(pid: u32, name: &str) -> Result<(), String> {
    let sent = Command::new("kill")
        .args(["-s", name, &pid.to_string()])
        .stderr(Stdio::null())
        .status()
        .map_err(|e| e.to_string())?;
    if sent.success() {
        Ok(())
    } else {
        Err(format!("no process {pid}"))
    }
}
