//! Starts the binary with nothing of the developer's own environment, in a folder of its own.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// Settings with which `serve` starts.
pub(crate) const KEYS: [(&str, &str); 4] = [
    ("TORG_HTTP__LISTEN", "127.0.0.1:0"),
    ("TORG_TELEGRAM__BOT_TOKEN", "100:token"),
    ("TORG_TELEGRAM__UPDATES", "off"),
    ("TORG_AUTH__JWT_SECRET", "0123456789abcdef0123456789abcdef"),
];

/// A folder to work in.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn torg(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_torg"));
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TORG_") {
            command.env_remove(name);
        }
    }
    command.envs(variables.iter().copied());
    command
}

/// Runs a command to its end: exit code, standard output, standard error.
pub(crate) fn run(
    folder: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> (i32, String, String) {
    let output = torg(folder, arguments, variables).output().unwrap();
    let Output {
        status,
        stdout,
        stderr,
    } = output;
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// A running server; killed when the test ends early.
pub(crate) struct Server {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    /// `http://127.0.0.1:PORT`.
    pub(crate) url: String,
}

impl Server {
    /// Starts it and waits for its line.
    pub(crate) fn start(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::start_logged(folder, arguments, variables, Stdio::null())
    }

    /// The same; its log goes to `log`.
    pub(crate) fn start_logged(
        folder: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
        log: impl Into<Stdio>,
    ) -> Self {
        let mut command = torg(folder, arguments, variables);
        let command = command.stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ");
        let url = url
            .unwrap_or_else(|| panic!("not the promised line: {line:?}"))
            .to_owned();
        Self { child, out, url }
    }

    /// Sends `TERM` or `INT` and waits: exit code, and what it printed after its first line.
    pub(crate) fn stop(mut self, signal: &str) -> (i32, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill")
            .args(["-s", signal, &id])
            .status()
            .unwrap();
        assert!(sent.success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code().unwrap(), rest)
    }

    /// A request with a JSON body: status and answer.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        authorization: Option<&str>,
        body: Option<serde_json::Value>,
    ) -> (u16, serde_json::Value) {
        let method = method.parse().unwrap();
        let mut request = reqwest::Client::new().request(method, format!("{}{path}", self.url));
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (
            status,
            serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text)),
        )
    }

    /// A GET without anything.
    pub(crate) async fn get(&self, path: &str) -> (u16, serde_json::Value) {
        self.send("GET", path, None, None).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone after `stop`.
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}
