//! Records what somebody who writes does to its disk, with strace.

use super::check::DATABASE;
use super::trace::{self, CALLS, Event};
use super::writer::Durable;
use crate::client::Client;
use crate::dice::Dice;
use crate::server::{Launch, Server, Starting, binary, signal};
use crate::site::furnish;
use crate::world::World;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Clients of a recorded server.
const CLIENTS: usize = 16;
/// Units of the products of a recorded shop.
const UNITS: [i64; 3] = [40, 40, 1_000_000];

/// Who writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// `torg serve`, under load over HTTP.
    Server,
    /// A writer of ours on the same database code.
    Writer(Durable),
}

/// What is to be recorded.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    pub(crate) who: Who,
    /// Where the database is, or will be.
    pub(crate) folder: &'a Path,
    /// Number of the first request.
    pub(crate) first: usize,
    /// How many.
    pub(crate) count: usize,
}

/// Records it and reads the recording.
///
/// # Errors
/// When it cannot run, or does what the model of the disk does not know.
pub(crate) fn record(job: &Job<'_>, dice: &mut Dice) -> Result<Vec<Event>, String> {
    let recording = job.folder.with_extension("strace");
    match job.who {
        Who::Writer(durable) => writer(job, durable, &recording)?,
        Who::Server => server(job, &recording, dice)?,
    }
    let file = std::fs::File::open(&recording).map_err(|e| e.to_string())?;
    let file = std::io::BufReader::with_capacity(1 << 20, file);
    let events = trace::read(file, job.folder)?;
    drop(std::fs::remove_file(&recording));
    Ok(events)
}

/// strace with what it is to record, without the program.
fn strace(recording: &Path) -> Vec<String> {
    let words = [
        "-f",
        "-y",
        "-xx",
        "-s",
        "1000000",
        "--seccomp-bpf",
        "-e",
        "signal=none",
    ];
    let mut words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
    words.extend(["-e".to_owned(), format!("trace={CALLS}")]);
    words.extend(["-o".to_owned(), recording.display().to_string()]);
    words
}

fn writer(job: &Job<'_>, durable: Durable, recording: &Path) -> Result<(), String> {
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    let durable = match durable {
        Durable::Full => "full",
        Durable::Normal => "normal",
    };
    let output = Command::new("strace")
        .args(strace(recording))
        .arg(own)
        .arg("writer")
        .arg("--database")
        .arg(job.folder.join(DATABASE))
        .args(["--synchronous", durable])
        .args(["--first", &job.first.to_string()])
        .args(["--count", &job.count.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .map_err(|e| format!("strace: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn server(job: &Job<'_>, recording: &Path, dice: &mut Dice) -> Result<(), String> {
    let launch = Launch {
        database: format!("sqlite://{}", job.folder.join(DATABASE).display()),
        folder: PathBuf::from(job.folder),
    };
    let mut command = launch.command(Path::new("strace"));
    command.args(strace(recording)).arg(binary()?).arg("serve");
    let strace = Starting::spawn(command)?.ready()?;
    let tracee = tracee(&strace)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    let done = runtime.block_on(load(&strace, job, Dice::new(dice.next())));
    // Half of them end as an operator ends them: with a last checkpoint.
    let how = if dice.chance(50) { "TERM" } else { "KILL" };
    signal(tracee, how)?;
    strace.wait();
    done
}

/// strace's one child: the server itself.
fn tracee(strace: &Server) -> Result<u32, String> {
    let pid = strace.pid();
    let path = format!("/proc/{pid}/task/{pid}/children");
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let first = text.split_whitespace().next().unwrap_or_default();
    first
        .parse()
        .map_err(|e| format!("strace has no child: {e}"))
}

async fn load(server: &Server, job: &Job<'_>, dice: Dice) -> Result<(), String> {
    let mut world = World::new(dice, job.first);
    furnish(server.address, &mut world, &UNITS).await?;
    let (_keep, address) = watch::channel(Some(server.address));
    let common = Arc::new(Mutex::new((world, job.count)));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| tokio::spawn(client(common.clone(), Client::new(address.clone()))))
        .collect();
    for client in clients {
        client.await.map_err(|e| e.to_string())??;
    }
    Ok(())
}

/// Asks until all requests have been drawn.
async fn client(common: Arc<Mutex<(World, usize)>>, mut client: Client) -> Result<(), String> {
    let lock = || common.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let (intent, bytes) = {
            let mut common = lock();
            let Some(left) = common.1.checked_sub(1) else {
                return Ok(());
            };
            common.1 = left;
            let intent = common.0.draw();
            let bytes = common.0.bytes(&intent, false);
            (intent, bytes)
        };
        let told = client.ask(&bytes).await?;
        lock().0.settle(&intent, &told.answer)?;
    }
}
