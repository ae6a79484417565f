//! The hot wallet: what comes in is credited, what is to go out goes out once.
//!
//! *In.* The scanner follows the chain of the wallet's own transactions, each of which names the
//! one before it by hash. From the list of a server it takes only how final something is; what
//! happened it reads from the bytes that the hashes stand for, back to the transaction that is in
//! the books already. Rows that are missing, repeated, in disorder or with wrong numbers therefore
//! delay it, and no more. Every nanoton of every transaction is booked (deposit, payout, cost, or
//! unexplained), so the ledger and the chain agree exactly or withdrawals stop.
//!
//! *Out.* Approved withdrawals become a batch under the wallet's next seqno. The contract takes a
//! seqno once, so a batch happens at most once, however often it is sent or signed: its bytes are
//! stored before they are sent, the same bytes are sent until they land or can no longer land by
//! the chain's own clock, and then the same batch is signed again under the same seqno. A used
//! seqno is no proof that a payout happened, because the wallet skips what it cannot pay for: each
//! one is looked for among the messages that went out, and only one that is missing from a landed
//! batch goes out again, in another.
//!
//! Nothing is remembered but in the database: the process may die between any two lines.

mod book;
mod chain;
mod look;
mod movement;
mod pay;
mod scan;

pub use chain::TonChain;
pub use look::LOOK;
pub use pay::Paid;
pub use scan::{Level, Sight};

use crate::Wallet;
use crate::api::{ApiError, TonApi};
use std::sync::Arc;
use std::time::Duration;
use torg_platform::ctx::Ctx;
use torg_platform::money::{Money, Ton};
use torg_platform::wallet::Wallet as Desk;
use torg_platform::{Error, Kind};

/// Why withdrawals are halted: the chain names another seqno than the wallet's history.
pub const SEQNO_DIFFERS: &str = "seqno_differs";

/// How careful to be.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Blocks that must follow the one with a transaction before it counts; 0 for final is final.
    pub confirmations: u32,
    /// For how long a signed order can land.
    pub valid_for: Duration,
    /// How much later than that, by the chain's clock, it is taken for dead.
    pub margin: Duration,
    /// How old the newest block may be for new orders to be signed.
    pub max_lag: Duration,
    /// What always stays in the wallet.
    pub reserve: Money<Ton>,
    /// What a payout costs the network, at most.
    pub payout_cost: Money<Ton>,
    /// Payouts in a batch, at most.
    pub batch_max: usize,
    /// Time between two looks at the chain.
    pub period: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            confirmations: 1,
            valid_for: Duration::from_mins(3),
            margin: Duration::from_secs(30),
            max_lag: Duration::from_secs(15),
            reserve: Money::from_minor(100_000_000),
            payout_cost: Money::from_minor(10_000_000),
            batch_max: 255,
            period: Duration::from_secs(5),
        }
    }
}

/// The wallet that users pay into and are paid from. Clones share it.
#[derive(Debug, Clone)]
pub struct HotWallet(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    wallet: Wallet,
    api: TonApi,
    desk: Desk,
    ctx: Ctx,
    settings: Settings,
    /// Canonical.
    account: String,
}

impl HotWallet {
    /// `wallet` with the books that `desk` keeps.
    pub fn new(wallet: Wallet, api: TonApi, desk: Desk, ctx: Ctx, settings: Settings) -> Self {
        Self(Arc::new(Inner {
            account: wallet.address().to_string(),
            wallet,
            api,
            desk,
            ctx,
            settings,
        }))
    }

    /// The client that it uses.
    pub fn api(&self) -> &TonApi {
        &self.0.api
    }
}

/// A server that does not answer is away, whatever the reason.
fn away(error: ApiError) -> Error {
    Error::new(
        Kind::Unavailable,
        "ton_unavailable",
        "The server of the chain does not answer",
    )
    .with_source(error)
}

/// What this version of the program cannot make sense of, or what it cannot build.
fn unreadable(error: crate::Error) -> Error {
    Error::internal(error)
}
