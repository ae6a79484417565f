//! What the program writes into its log, for tests of what must not stand there.

use parking_lot::Mutex;
use std::io::{self, Write};
use std::sync::{Arc, OnceLock};
use tracing_subscriber::filter::LevelFilter;

/// Every line that this process logs since the first [`Log::listen`], whatever its level and its
/// thread: the tests beside this one are in it too.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Listens from now on.
    pub fn listen() -> Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        let start = || {
            let log = Self::default();
            let writer = log.clone();
            let subscriber = tracing_subscriber::fmt()
                .with_max_level(LevelFilter::TRACE)
                .with_ansi(false)
                .with_writer(move || writer.clone())
                .finish();
            // As the program itself: what libraries write through `log` is not in it.
            tracing::subscriber::set_global_default(subscriber).expect("the first one");
            log
        };
        LOG.get_or_init(start).clone()
    }

    /// What was logged so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
