//! The client of the TON edge against the development chain: real contracts, real fees, real bags
//! of cells, and a server that lies when it is told to.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "helpers of tests fail the test; small numbers"
)]

mod client;
mod escrow;
mod in_process;
mod nft;
mod transport;

use crate::ton::{NOW, TON, wallet};
use in_process::RouterTransport;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use torg_platform::config::Secret;
use torg_platform::observe::Metrics;
use torg_platform::rng::Rng;
use torg_platform::{Clock, Timestamp};
use torg_sandbox::ton::{ApiOptions, DevChain, DevChainOptions, router};
use torg_ton::api::{Options, Sent, State, TonApi};
use torg_ton::message::Outgoing;
use torg_ton::tx::Tx;
use torg_ton::{Network, StdAddr, Wallet};
use tycho_types::boc::Boc;

/// A chain, its clock, and the client of it.
struct World {
    chain: DevChain,
    clock: Clock,
    api: TonApi,
}

impl World {
    fn new() -> Self {
        let clock = Clock::manual(Timestamp::from_seconds(NOW));
        let options = DevChainOptions::new(clock.clone(), Rng::from_seed(7));
        let chain = DevChain::open(options).unwrap();
        let options = Options {
            base_url: "http://chain".to_owned(),
            api_key: Secret::default(),
            network: Network::Mainnet,
            requests_per_second: Some(1_000_000),
        };
        // Its own clock is the real one: delays between attempts pass by themselves.
        let metrics = Metrics::new(&Clock::Real).unwrap();
        let transport = RouterTransport(router(chain.clone(), ApiOptions::default()));
        let api = TonApi::new(
            &options,
            Arc::new(transport),
            Clock::shifted(Duration::ZERO),
            Rng::from_seed(8),
            &metrics,
        );
        Self {
            chain,
            clock,
            api: api.unwrap(),
        }
    }

    /// A wallet with a thousand coins.
    fn rich(&self, seed: u8) -> Wallet {
        let wallet = wallet(seed);
        self.chain.faucet(wallet.address(), 1_000 * TON).unwrap();
        self.chain.mine().unwrap();
        wallet
    }

    /// Sends through the client and makes a block.
    async fn send(&self, wallet: &Wallet, messages: &[Outgoing]) {
        let seqno = self.api.seqno(wallet.address()).await.unwrap();
        let until = self.chain.now() + 300;
        let order = wallet.order(seqno, until, messages).unwrap();
        let sent = self.api.send(&Boc::encode(&order)).await.unwrap();
        assert_eq!(sent, Sent::Accepted);
        assert_eq!(self.chain.mine().unwrap().refused, 0);
    }

    /// All transactions of an account, the oldest first, page by page.
    async fn history(&self, address: &StdAddr, page: u32) -> Vec<Tx> {
        let mut next = self.api.account(address).await.unwrap().last;
        let mut all = Vec::new();
        while let Some(from) = next {
            let txs = self
                .api
                .transactions_back(address, from, page)
                .await
                .unwrap();
            next = txs.last().unwrap().prev;
            all.extend(txs);
        }
        all.reverse();
        all
    }

    /// Whether an account's history explains its balance to the nanoton.
    async fn adds_up(&self, address: &StdAddr) -> Vec<Tx> {
        let history = self.history(address, 3).await;
        let sum: i128 = history.iter().map(Tx::balance_change).sum();
        let view = self.api.account(address).await.unwrap();
        assert_eq!(sum, i128::from(view.balance), "{address}");
        history
    }

    fn pass(&self, time: Duration) {
        self.clock.advance(time);
        self.chain.mine().unwrap();
    }
}

/// Asks while the client's clock runs ahead, so that nobody waits for its delays.
async fn hurried<T>(clock: &Clock, call: impl Future<Output = T>) -> T {
    tokio::pin!(call);
    loop {
        tokio::select! {
            biased;
            result = &mut call => return result,
            () = tokio::task::yield_now() => { clock.advance(Duration::from_millis(50)); }
        }
    }
}
