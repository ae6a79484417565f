//! The demo's own chain: outside of the program, on a listener and threads of its own, so that
//! Torg meets it as it meets every other chain, by its address.

use super::folder::Folder;
use crate::cli::failure::Failure;
use crate::cli::runtime;
use axum::Router;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use torg_platform::clock::Clock;
use torg_platform::config::{self, read_wallet_file};
use torg_platform::http::{Server, ServerOptions};
use torg_platform::rng::Rng;
use torg_sandbox::people::demo_people;
use torg_sandbox::ton::{DevChain, mnemonic, start};
use torg_ton::key::Key;
use torg_ton::wallet::Version;
use torg_ton::{Network, Wallet};

const FILE: &str = "ton.db";
const WORDS: &str = "demo-wallet.txt";
/// Requests in flight get this long to finish.
const STOP_TIMEOUT: Duration = Duration::from_secs(1);
/// What Torg's wallet and the parties of a deal begin with, in nanotons.
const FLOAT: u64 = 1_000_000_000_000;
const PURSE: u64 = 100_000_000_000;
/// Own chains do not count.
const CALLS_PER_SECOND: u32 = 1000;

/// A chain that runs until [`OwnChain::stop`].
pub(super) struct OwnChain {
    runtime: Runtime,
    stop: CancellationToken,
    blocks: JoinHandle<()>,
    served: JoinHandle<()>,
    /// Its API and pages, for whoever is in the same process.
    pub(super) router: Router,
    /// Where everybody else finds it.
    pub(super) url: String,
}

impl OwnChain {
    /// Starts it beside `main`, tells the settings where it is, and sees that the wallet of Torg
    /// is there and has coins.
    pub(super) fn start(
        folder: &Folder,
        ton: &mut config::Ton,
        clock: &Clock,
        rng: &Rng,
        main: SocketAddr,
    ) -> Result<Self, Failure> {
        let runtime = runtime()?;
        let (listener, stop) = (listen_beside(main)?, CancellationToken::new());
        let path = folder.path(FILE);
        let inside = runtime.enter();
        let running = start(clock.clone(), path.clone(), rng.clone(), stop.clone());
        let running =
            running.map_err(|error| Failure::failed(format!("{}: {error}", path.display())))?;
        let options = ServerOptions {
            stop_timeout: STOP_TIMEOUT,
            ..ServerOptions::default()
        };
        let server = Server::from_listener(listener, options)?;
        let url = format!("http://{}", server.local_addr());
        let serve = server.serve(running.router.clone(), stop.clone().cancelled_owned());
        let served = tokio::spawn(async move {
            if let Err(error) = serve.await {
                tracing::error!(%error, "the chain is not served any more");
            }
        });
        drop(inside);
        if ton.wallet_file.as_os_str().is_empty() {
            folder.keep_secret(WORDS, || {
                let words = mnemonic(rng).ok_or_else(|| Failure::failed("no words were found"))?;
                Ok(format!("{words}\n"))
            })?;
            ton.wallet_file = folder.path(WORDS);
        }
        if ton.requests_per_second == 0 {
            ton.requests_per_second = CALLS_PER_SECOND;
        }
        ton.api_url.clone_from(&url);
        fill(&running.chain, ton)?;
        Ok(Self {
            runtime,
            stop,
            blocks: running.done,
            served,
            router: running.router,
            url,
        })
    }

    /// Everything is in its file when this returns.
    pub(super) fn stop(self) {
        self.stop.cancel();
        self.runtime.block_on(async {
            // They have said themselves what went wrong, if anything did.
            let _served = self.served.await;
            let _blocks = self.blocks.await;
        });
    }
}

/// The port after that of `main`, or any free one.
fn listen_beside(main: SocketAddr) -> Result<TcpListener, Failure> {
    let next = match main.port() {
        0 => 0,
        port => port.checked_add(1).unwrap_or(0),
    };
    TcpListener::bind((main.ip(), next))
        .or_else(|_taken| TcpListener::bind((main.ip(), 0)))
        .map_err(|error| Failure::failed(format!("cannot listen for the chain: {error}")))
}

/// Coins for those who have none yet, in a block of their own: before Torg looks for the first
/// time, what it has is the operator's.
fn fill(chain: &DevChain, ton: &config::Ton) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::failed(format!("the chain: {error}"));
    let words = read_wallet_file(&ton.wallet_file).map_err(|error| failed(&error))?;
    let key = Key::from_mnemonic(words.expose()).map_err(|error| failed(&error))?;
    let hot = Wallet::new(Version::V5R1, key, 0, Network::Mainnet);
    let hot = hot.map_err(|error| failed(&error))?;
    for person in demo_people() {
        let _listed = chain.named_wallet(person.wallet).map_err(|e| failed(&e))?;
    }
    let mut needy = vec![(hot.address().clone(), FLOAT)];
    for name in torg_sandbox::ton::PARTIES {
        let wallet = chain.named_wallet(name).map_err(|error| failed(&error))?;
        needy.push((wallet.address().clone(), PURSE));
    }
    let mut given = false;
    for (address, nano) in needy {
        if chain.account(&address).map_err(|e| failed(&e))?.is_none() {
            chain.faucet(&address, nano).map_err(|e| failed(&e))?;
            given = true;
        }
    }
    if given {
        chain.mine().map_err(|error| failed(&error))?;
    }
    Ok(())
}
