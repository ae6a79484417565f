//! A private PostgreSQL cluster that may be killed: as durable as in production, on a spare port,
//! in a temporary folder, owned by an unprivileged user.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A cluster, stopped when dropped.
#[derive(Debug)]
pub(crate) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

/// Password of the cluster's one user; it listens on this machine only and lives for minutes.
const PASSWORD: &str = "of-a-cluster-that-lives-for-minutes";
/// How long a recovery may take.
const RECOVERY: Duration = Duration::from_secs(60);

impl Cluster {
    /// Makes and starts one.
    ///
    /// # Errors
    /// When there is no PostgreSQL, or it does not start.
    pub(crate) fn start() -> Result<Self, String> {
        let programs = programs()?;
        let folder = tempfile::Builder::new()
            .prefix("torg-prove.")
            .tempdir()
            .map_err(|e| e.to_string())?;
        let cluster = Self {
            folder,
            programs,
            port: spare_port()?,
        };
        cluster.create()?;
        cluster.launch()?;
        Ok(cluster)
    }

    /// Address of a database in it.
    pub(crate) fn url(&self, database: &str) -> String {
        format!(
            "postgres://torg:{PASSWORD}@127.0.0.1:{}/{database}",
            self.port
        )
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn create(&self) -> Result<(), String> {
        let folder = self.folder.path();
        let text = |path: PathBuf| path.display().to_string();
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(folder))?;
        }
        let password = folder.join("password");
        std::fs::write(&password, PASSWORD).map_err(|e| e.to_string())?;
        run(self
            .program("initdb")
            .args([
                "--username=torg",
                "--auth-local=trust",
                "--auth-host=password",
            ])
            .args(["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])
            .arg(format!("--pgdata={}", text(self.data())))
            .arg(format!("--pwfile={}", text(password))))?;
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = '{}'\n\
             max_connections = 100\nshared_buffers = 64MB\njit = off\nlogging_collector = off\n\
             recovery_init_sync_method = syncfs\n",
            self.port,
            folder.display()
        );
        let file = self.data().join("postgresql.conf");
        let mut all = std::fs::read_to_string(&file).map_err(|e| e.to_string())?;
        all.push_str(&settings);
        std::fs::write(&file, all).map_err(|e| e.to_string())
    }

    /// A program of PostgreSQL as the user that owns the cluster.
    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
            command.arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir("/").stdin(Stdio::null());
        command
    }

    /// Starts it, and waits until recovery is over.
    pub(crate) fn launch(&self) -> Result<(), String> {
        let log = self.folder.path().join("log");
        let data = self.data();
        // pg_ctl looks ten times a second; its own waiting would take most of a cycle.
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .map_err(|e| e.to_string())?;
        drop(std::fs::remove_file(data.join("postmaster.pid")));
        let mut command = self.program("postgres");
        command
            .arg("-D")
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(log);
        let mut child = command.spawn().map_err(|e| e.to_string())?;
        let started = Instant::now();
        while started.elapsed() < RECOVERY {
            let pid = std::fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
            if pid
                .lines()
                .nth(7)
                .is_some_and(|line| line.trim() == "ready")
            {
                // It is reaped when it is killed.
                std::thread::spawn(move || child.wait());
                return Ok(());
            }
            if let Ok(Some(status)) = child.try_wait() {
                return Err(format!("PostgreSQL did not start: {status}"));
            }
            pause(Duration::from_millis(5));
        }
        drop(child.kill());
        Err("PostgreSQL does not recover".to_owned())
    }

    /// kill -9 of the postmaster and of everything that it has started.
    pub(crate) fn kill(&self) -> Result<(), String> {
        let file = self.data().join("postmaster.pid");
        let text = std::fs::read_to_string(file).map_err(|e| e.to_string())?;
        let first = text.lines().next().unwrap_or_default().trim().to_owned();
        let children = children(&first);
        let mut all = vec![first];
        all.extend(children);
        // One after another: the postmaster first, so that nobody is started again.
        drop(
            Command::new("kill")
                .arg("-KILL")
                .args(&all)
                .stderr(Stdio::null())
                .status(),
        );
        let started = Instant::now();
        while started.elapsed() < RECOVERY {
            if all.iter().all(|pid| is_gone(pid)) {
                return Ok(());
            }
            pause(Duration::from_millis(2));
        }
        Err("PostgreSQL cannot be killed".to_owned())
    }

    /// Runs one statement in the database `postgres`.
    pub(crate) async fn execute(&self, sql: &str) -> Result<(), String> {
        execute(&self.url("postgres"), sql).await
    }
}

/// Runs SQL in the database at `url`.
pub(crate) async fn execute(url: &str, sql: &str) -> Result<(), String> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .map_err(|e| e.to_string())?;
    let driver = tokio::spawn(connection);
    let done = client.batch_execute(sql).await.map_err(|e| e.to_string());
    drop(client);
    drop(driver.await);
    done
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.kill());
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the main thread waits for a process; no unit of work does"
)]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0)
}

/// Processes whose parent is `pid`.
fn children(pid: &str) -> Vec<String> {
    let tasks = format!("/proc/{pid}/task/{pid}/children");
    let text = std::fs::read_to_string(tasks).unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}

/// Whether it has ended; a zombie has.
fn is_gone(pid: &str) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return true;
    };
    let state = stat.rsplit(')').next().unwrap_or_default();
    state.trim_start().starts_with(['Z', 'X'])
}

/// Debian keeps the programs out of PATH.
fn programs() -> Result<PathBuf, String> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    let newest = versions.pop().map(|(_, path)| path);
    let path = newest.or_else(|| {
        let paths = std::env::var_os("PATH")?;
        std::env::split_paths(&paths).find(|path: &PathBuf| path.join("initdb").exists())
    });
    path.filter(|path: &PathBuf| Path::exists(&path.join("postgres")))
        .ok_or_else(|| "there is no PostgreSQL on this machine".to_owned())
}

fn spare_port() -> Result<u16, String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(|e| e.to_string())?;
    Ok(listener.local_addr().map_err(|e| e.to_string())?.port())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|e| e.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {text}"))
}
