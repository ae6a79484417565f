//! Where log lines go: a buffer that a thread of its own writes out.
//!
//! A request must not wait for a slow disk or a full pipe. Lines are written within 20 ms, a
//! warning or an error at once; when the other end does not keep up, lines are dropped and the
//! log says how many.

use parking_lot::{Condvar, Mutex};
use std::io::Write;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// How long lines may wait for company.
const GATHER: Duration = Duration::from_millis(20);
/// Bytes that may wait while the other end does not read.
const MOST: usize = 4 * 1024 * 1024;

#[derive(Default)]
struct State {
    lines: Vec<u8>,
    dropped: u64,
    urgent: bool,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    wake: Condvar,
}

/// The end that takes lines.
pub(super) struct Sink(Arc<Shared>);

/// Writes what is left when it is dropped.
pub(super) struct Closer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Sink {
    pub(super) fn start(out: impl Write + Send + 'static) -> std::io::Result<(Self, Closer)> {
        let shared = Arc::new(Shared::default());
        let work = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write_out(&work, out))?;
        Ok((
            Self(Arc::clone(&shared)),
            Closer {
                shared,
                thread: Some(thread),
            },
        ))
    }

    /// Takes a line; `urgent` ones wait for nobody.
    pub(super) fn append(&self, line: &[u8], urgent: bool) {
        let mut state = self.0.state.lock();
        if state.lines.len().saturating_add(line.len()) > MOST {
            state.dropped = state.dropped.saturating_add(1);
            return;
        }
        let first = state.lines.is_empty();
        state.lines.extend_from_slice(line);
        state.urgent |= urgent;
        drop(state);
        if first || urgent {
            self.0.wake.notify_one();
        }
    }
}

impl Drop for Closer {
    fn drop(&mut self) {
        self.shared.state.lock().closed = true;
        self.shared.wake.notify_one();
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has already said so.
            let _ = thread.join();
        }
    }
}

impl std::fmt::Debug for Closer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Closer")
    }
}

fn write_out(shared: &Shared, mut out: impl Write) {
    let mut lines = Vec::new();
    loop {
        let mut state = shared.state.lock();
        while state.lines.is_empty() && !state.closed {
            shared.wake.wait(&mut state);
        }
        if !state.urgent && !state.closed {
            shared.wake.wait_for(&mut state, GATHER);
        }
        std::mem::swap(&mut state.lines, &mut lines);
        let dropped = std::mem::take(&mut state.dropped);
        state.urgent = false;
        let closed = state.closed;
        drop(state);
        if dropped > 0 {
            let _ = writeln!(
                lines,
                r#"{{"level":"WARN","message":"log lines lost","lines":{dropped}}}"#
            );
        }
        // Nothing helps when the log itself cannot be written.
        let _ = out.write_all(&lines).and_then(|()| out.flush());
        lines.clear();
        if closed {
            return;
        }
    }
}
