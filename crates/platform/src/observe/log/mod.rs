//! Logs: one JSON object or one line of text per event, named after its request.
//!
//! Events come through `tracing`. Inside a request each line carries its `request_id`, whether
//! or not whoever wrote it knew. Strings are escaped, so nobody can forge a line.

mod line;
mod sink;

use line::Lines;
pub use line::LogFormat;
use sink::Sink;
use std::io::Write;
use std::panic::PanicHookInfo;
use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;

/// Keeps the log's writer alive; dropping it writes what is left.
#[derive(Debug)]
#[must_use = "dropping it stops the log"]
pub struct LogGuard(#[expect(dead_code, reason = "held for its Drop")] sink::Closer);

/// Makes logs of `format` go to `out` (the binary gives standard error). `filter` reads like
/// `info,torg_platform=debug`; the error says why it cannot be read.
pub fn subscriber(
    format: LogFormat,
    filter: &str,
    out: impl Write + Send + 'static,
) -> Result<(impl Subscriber + Send + Sync + 'static, LogGuard), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| error.to_string())?;
    let (sink, closer) = Sink::start(out).map_err(|error| error.to_string())?;
    let lines = Lines::new(format, sink);
    Ok((
        tracing_subscriber::registry().with(filter).with(lines),
        LogGuard(closer),
    ))
}

/// [`subscriber`] for the whole process, panics included. Call it once, first thing.
pub fn init(format: LogFormat, filter: &str) -> Result<LogGuard, String> {
    let (subscriber, guard) = subscriber(format, filter, std::io::stderr())?;
    tracing::subscriber::set_global_default(subscriber).map_err(|error| error.to_string())?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(guard)
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("a panic without text");
    let place = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    tracing::error!(target: "torg::panic", place, "{message}");
}
