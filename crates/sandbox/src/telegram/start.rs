//! A local Telegram that delivers in the background, with its router.

use super::{HttpDeliver, LocalTelegram, Options, Result};
use axum::Router;
use std::sync::Arc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A local Telegram that runs.
#[derive(Debug)]
pub struct Running {
    /// The Telegram.
    pub telegram: LocalTelegram,
    /// The Bot API, and the phones below `/_sandbox/telegram`.
    pub router: Router,
    /// Ends after the token's cancellation.
    pub done: JoinHandle<()>,
}

/// Opens a local Telegram and lets it deliver to webhooks over HTTP until `stop`. Needs a
/// runtime.
///
/// # Errors
/// The file cannot be opened or holds something else.
pub fn start(options: Options, stop: CancellationToken) -> Result<Running> {
    let telegram = LocalTelegram::open(options)?;
    let router = telegram.phone_router().merge(telegram.router());
    let deliver = Arc::new(HttpDeliver::default());
    let done = tokio::spawn(telegram.clone().run(deliver, stop));
    Ok(Running {
        telegram,
        router,
        done,
    })
}
