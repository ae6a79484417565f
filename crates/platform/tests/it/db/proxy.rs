//! Between the pool and PostgreSQL: counts round trips and cuts connections where it hurts.

use parking_lot::Mutex;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What happens to the next COMMIT, or to everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Pass,
    /// The next COMMIT never reaches the server.
    LoseCommit,
    /// The next COMMIT is done; its answer never reaches the pool.
    LoseAnswer,
    /// Connections are accepted and closed, as by a server that starts.
    Down,
}

struct State {
    server: String,
    mode: Mutex<Mode>,
    trips: AtomicU64,
    cuts: AtomicU64,
    connections: Mutex<Vec<JoinHandle<()>>>,
}

pub(crate) struct Proxy {
    port: u16,
    server: String,
    state: Arc<State>,
}

impl Proxy {
    /// In front of the server of `url`.
    pub(crate) async fn start(url: &str) -> Self {
        let config: tokio_postgres::Config = url.parse().unwrap();
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let rest = url.rsplit_once('@').map_or(url, |(_, rest)| rest);
        let server = rest.split_once('/').unwrap().0.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = server.split(':').next().unwrap();
        let state = Arc::new(State {
            server: format!("{host}:{port}"),
            mode: Mutex::new(Mode::Pass),
            trips: AtomicU64::new(0),
            cuts: AtomicU64::new(0),
            connections: Mutex::default(),
        });
        let proxy = Self {
            port: listener.local_addr().unwrap().port(),
            server,
            state: state.clone(),
        };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let task = tokio::spawn(serve(client, state.clone()));
                state.connections.lock().push(task);
            }
        });
        proxy
    }

    /// `url` through this proxy.
    pub(crate) fn url(&self, url: &str) -> String {
        url.replace(
            &format!("@{}/", self.server),
            &format!("@127.0.0.1:{}/", self.port),
        )
    }

    pub(crate) fn set(&self, mode: Mode) {
        *self.state.mode.lock() = mode;
    }

    /// Cuts every connection that is open.
    pub(crate) async fn cut(&self) {
        let connections = std::mem::take(&mut *self.state.connections.lock());
        for connection in connections {
            connection.abort();
            // Ended when this returns, so that the pool can know.
            connection.await.ok();
        }
    }

    /// How often the pool has sent something after all its earlier questions were answered.
    pub(crate) fn trips(&self) -> u64 {
        self.state.trips.load(Ordering::SeqCst)
    }

    /// How many connections were cut at a COMMIT.
    pub(crate) fn cuts(&self) -> u64 {
        self.state.cuts.load(Ordering::SeqCst)
    }
}

/// One connection; ends, and closes both sides, when either direction ends.
async fn serve(client: TcpStream, state: Arc<State>) {
    if *state.mode.lock() == Mode::Down {
        return;
    }
    let Ok(server) = TcpStream::connect(&state.server).await else {
        return;
    };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let waiting = AtomicUsize::new(0);
    tokio::select! {
        _ = questions(from_client, to_server, &state, &waiting) => {}
        _ = answers(from_server, to_client, &state, &waiting) => {}
    }
}

/// Takes whole messages off the front of `buffer`: type (0 for the first one, which has none)
/// and body.
fn take(buffer: &mut Vec<u8>, typed: bool) -> Option<(u8, Vec<u8>, Vec<u8>)> {
    let head = usize::from(typed);
    let length = buffer.get(head..head + 4)?;
    let length = usize::try_from(u32::from_be_bytes(length.try_into().unwrap())).unwrap();
    if buffer.len() < head + length {
        return None;
    }
    let raw: Vec<u8> = buffer.drain(..head + length).collect();
    let kind = if typed { raw[0] } else { 0 };
    let body = raw[head + 4..].to_vec();
    Some((kind, body, raw))
}

async fn questions(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    state: &State,
    waiting: &AtomicUsize,
) -> io::Result<()> {
    let (mut buffer, mut started, mut open) = (Vec::new(), false, false);
    let mut commit = None;
    loop {
        if from.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
        let mut out = Vec::new();
        while let Some((kind, body, raw)) = take(&mut buffer, started) {
            started = true;
            let mut words = body.split(|b| *b == 0);
            let (first, second) = (
                words.next().unwrap_or_default(),
                words.next().unwrap_or_default(),
            );
            if kind == b'P' && second == b"COMMIT" {
                commit = Some(first.to_vec());
            }
            let commits = kind == b'B' && Some(second) == commit.as_deref();
            if commits && *state.mode.lock() == Mode::LoseCommit {
                *state.mode.lock() = Mode::Pass;
                state.cuts.fetch_add(1, Ordering::SeqCst);
                to.write_all(&out).await?;
                return Ok(());
            }
            if !open && waiting.load(Ordering::SeqCst) == 0 {
                state.trips.fetch_add(1, Ordering::SeqCst);
            }
            open = !matches!(kind, b'S' | b'Q');
            if !open {
                waiting.fetch_add(1, Ordering::SeqCst);
            }
            out.extend(raw);
        }
        to.write_all(&out).await?;
    }
}

async fn answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    state: &State,
    waiting: &AtomicUsize,
) -> io::Result<()> {
    let mut buffer = Vec::new();
    loop {
        if from.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
        let mut out = Vec::new();
        while let Some((kind, body, raw)) = take(&mut buffer, true) {
            if kind == b'C' && body == b"COMMIT\0" && *state.mode.lock() == Mode::LoseAnswer {
                *state.mode.lock() = Mode::Pass;
                state.cuts.fetch_add(1, Ordering::SeqCst);
                return Ok(());
            }
            if kind == b'Z' {
                // The first one ends the greeting, which nobody asked for with a Sync.
                let less = |n: usize| Some(n.saturating_sub(1));
                waiting
                    .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less)
                    .ok();
            }
            out.extend(raw);
        }
        to.write_all(&out).await?;
    }
}
