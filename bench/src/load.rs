//! The load generator: keep-alive connections on one thread of its own process, with requests
//! written in advance, so that it takes as little as possible of the cores that it measures.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What one run of requests showed.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub(crate) struct Sample {
    /// Answers with a 2xx status, per second.
    pub(crate) ok_per_s: f64,
    /// All answers, per second.
    pub(crate) answers_per_s: f64,
    /// Answers by status class: 2xx, 4xx, 429 and 503.
    pub(crate) ok: usize,
    /// Refusals by a rule (4xx other than 429).
    pub(crate) refused: usize,
    /// Refusals for want of room (429 and 503).
    pub(crate) shed: usize,
    /// Everything else: 5xx, lost connections.
    pub(crate) failed: usize,
    /// Latency of all answers, milliseconds.
    pub(crate) p50_ms: f64,
    /// 99th percentile, milliseconds.
    pub(crate) p99_ms: f64,
}

/// One connection's counts.
#[derive(Default)]
struct Counts {
    micros: Vec<u32>,
    ok: usize,
    refused: usize,
    shed: usize,
    failed: usize,
}

/// Sends `requests` over `connections`, each exactly once, in order of a shared counter; stops
/// early after `limit`.
pub(crate) async fn run(
    addr: SocketAddr,
    connections: usize,
    requests: Arc<Vec<Vec<u8>>>,
    limit: Duration,
) -> Sample {
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            tokio::spawn(connection(
                addr,
                requests.clone(),
                next.clone(),
                started,
                limit,
            ))
        })
        .collect();
    let mut all = Counts::default();
    for task in tasks {
        if let Ok(counts) = task.await {
            all.micros.extend(counts.micros);
            all.ok += counts.ok;
            all.refused += counts.refused;
            all.shed += counts.shed;
            all.failed += counts.failed;
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    all.micros.sort_unstable();
    let percentile = |p: f64| {
        let index = (all.micros.len() as f64 * p) as usize;
        all.micros
            .get(index.min(all.micros.len().saturating_sub(1)))
            .copied()
            .unwrap_or(0) as f64
            / 1000.0
    };
    Sample {
        ok_per_s: all.ok as f64 / seconds,
        answers_per_s: all.micros.len() as f64 / seconds,
        p50_ms: percentile(0.50),
        p99_ms: percentile(0.99),
        ok: all.ok,
        refused: all.refused,
        shed: all.shed,
        failed: all.failed,
    }
}

async fn connection(
    addr: SocketAddr,
    requests: Arc<Vec<Vec<u8>>>,
    next: Arc<AtomicUsize>,
    started: Instant,
    limit: Duration,
) -> Counts {
    let mut counts = Counts::default();
    let mut buffer = vec![0_u8; 256 * 1024];
    let mut stream = None;
    while started.elapsed() < limit {
        let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) else {
            break;
        };
        let open = match stream.take() {
            Some(open) => open,
            None => match TcpStream::connect(addr).await {
                Ok(fresh) => {
                    drop(fresh.set_nodelay(true));
                    fresh
                }
                Err(_) => {
                    counts.failed += 1;
                    continue;
                }
            },
        };
        let sent = Instant::now();
        match exchange(open, request, &mut buffer).await {
            Some((status, again)) => {
                let micros = u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX);
                counts.micros.push(micros);
                match status {
                    200..=299 => counts.ok += 1,
                    429 | 503 => counts.shed += 1,
                    400..=499 => counts.refused += 1,
                    _ => counts.failed += 1,
                }
                stream = again;
            }
            None => counts.failed += 1,
        }
    }
    counts
}

/// One request and its answer; the connection again unless the server closes it.
async fn exchange(
    mut stream: TcpStream,
    request: &[u8],
    buffer: &mut Vec<u8>,
) -> Option<(u16, Option<TcpStream>)> {
    stream.write_all(request).await.ok()?;
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            buffer.resize(buffer.len() * 2, 0);
        }
        let read = stream.read(&mut buffer[filled..]).await.ok()?;
        if read == 0 {
            return None;
        }
        filled += read;
        let Some(head) = find(&buffer[..filled], b"\r\n\r\n") else {
            continue;
        };
        let (status, length, close) = parse_head(&buffer[..head])?;
        let total = head + 4 + length;
        while filled < total {
            if total > buffer.len() {
                buffer.resize(total, 0);
            }
            let read = stream.read(&mut buffer[filled..]).await.ok()?;
            if read == 0 {
                return None;
            }
            filled += read;
        }
        return Some((status, (!close).then_some(stream)));
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|w| w == needle)
}

/// Status, body length and whether the connection will be closed.
fn parse_head(head: &[u8]) -> Option<(u16, usize, bool)> {
    let text = std::str::from_utf8(head).ok()?;
    let status = text.get(9..12)?.parse().ok()?;
    let (mut length, mut close) = (0, false);
    for line in text.split("\r\n").skip(1) {
        let (name, value) = line.split_once(':')?;
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        } else if name.eq_ignore_ascii_case("connection") {
            close = value.trim().eq_ignore_ascii_case("close");
        }
    }
    Some((status, length, close))
}

/// A request as bytes.
pub(crate) fn request(
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&str>,
) -> Vec<u8> {
    keyed(method, path, token, None, body)
}

/// A request with an idempotency key as bytes.
pub(crate) fn keyed(
    method: &str,
    path: &str,
    token: Option<&str>,
    key: Option<&str>,
    body: Option<&str>,
) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: bench\r\n");
    if let Some(token) = token {
        text.push_str("authorization: Bearer ");
        text.push_str(token);
        text.push_str("\r\n");
    }
    if let Some(key) = key {
        text.push_str(&format!("idempotency-key: {key}\r\n"));
    }
    if let Some(body) = body {
        text.push_str(&format!(
            "content-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        ));
    } else if method != "GET" {
        text.push_str("content-length: 0\r\n");
    }
    text.push_str("\r\n");
    text.push_str(body.unwrap_or_default());
    text.into_bytes()
}
