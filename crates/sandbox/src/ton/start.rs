//! A chain that makes blocks in the background, with its router.

use super::{ApiOptions, DevChain, DevChainOptions, Result, router};
use axum::Router;
use std::path::PathBuf;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use torg_platform::Clock;
use torg_platform::rng::Rng;

/// A chain that runs.
#[derive(Debug)]
pub struct Running {
    /// The chain.
    pub chain: DevChain,
    /// Its API and the page of its wallets.
    pub router: Router,
    /// Ends after the token's cancellation, when the head is in the file.
    pub done: JoinHandle<()>,
}

/// Wallets that are there from the beginning.
const NAMES: [&str; 3] = ["anna", "boris", "vera"];

/// Opens the chain in the file `path` and lets it make blocks until `stop`. Needs a runtime.
///
/// # Errors
/// The file cannot be opened or holds no chain.
pub fn start(clock: Clock, path: PathBuf, rng: Rng, stop: CancellationToken) -> Result<Running> {
    let chain = DevChain::open(DevChainOptions::new(clock, rng).at(path))?;
    for name in NAMES {
        chain.named_wallet(name)?;
    }
    let router = router(chain.clone(), ApiOptions::default());
    let done = tokio::spawn(chain.clone().run(stop));
    Ok(Running {
        chain,
        router,
        done,
    })
}
