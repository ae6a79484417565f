//! The demo's own chain.

use super::folder::Folder;
use super::outside::Outside;
use crate::cli::failure::Failure;
use axum::Router;
use std::net::SocketAddr;
use torg_platform::clock::Clock;
use torg_platform::config::{self, read_wallet_file};
use torg_platform::rng::Rng;
use torg_sandbox::people::{demo_people, staff};
use torg_sandbox::ton::{DevChain, mnemonic, start};
use torg_ton::key::Key;
use torg_ton::wallet::Version;
use torg_ton::{Network, Wallet};

const FILE: &str = "ton.db";
const WORDS: &str = "demo-wallet.txt";
/// What Torg's wallet and the parties of a deal begin with, in nanotons.
const FLOAT: u64 = 1_000_000_000_000;
const PURSE: u64 = 100_000_000_000;
/// Own chains do not count.
const CALLS_PER_SECOND: u32 = 1000;

/// A chain that runs until it is stopped.
pub(super) struct OwnChain {
    pub(super) outside: Outside,
    /// Its API and pages, for whoever is in the same process.
    pub(super) router: Router,
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
        let path = folder.path(FILE);
        let (outside, (chain, router)) = Outside::start("chain", main, 1, |stop| {
            let running = start(clock.clone(), path.clone(), rng.clone(), stop);
            let failed = |error| Failure::failed(format!("{}: {error}", path.display()));
            let running = running.map_err(failed)?;
            let made = (running.chain, running.router.clone());
            Ok((made, running.router, running.done))
        })?;
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
        ton.api_url.clone_from(&outside.url);
        fill(&chain, ton)?;
        Ok(Self { outside, router })
    }
}

/// Coins for those who have none yet, in a block of their own: before Torg looks for the first
/// time, what it has is the operator's.
fn fill(chain: &DevChain, ton: &config::Ton) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::failed(format!("the chain: {error}"));
    let words = read_wallet_file(&ton.wallet_file).map_err(|error| failed(&error))?;
    let key = Key::from_mnemonic(words.expose()).map_err(|error| failed(&error))?;
    let hot = Wallet::new(Version::V5R1, key, 0, Network::Mainnet);
    let hot = hot.map_err(|error| failed(&error))?;
    for person in demo_people().into_iter().chain(staff()) {
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
