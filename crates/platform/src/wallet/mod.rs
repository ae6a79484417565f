//! Money in and out over a chain: deposits, withdrawals, and the proof that both agree with the
//! ledger.
//!
//! Knows no market and no protocol. The adapter of a chain implements [`Chain`] and calls
//! [`Wallet`] from its own units of work: it says what has arrived ([`Wallet::arrived`]), takes
//! what is to go out ([`Wallet::next_payouts`]), says what became of it ([`Wallet::confirm`],
//! [`Wallet::send_again`], [`Wallet::fail`]), what the network took ([`Wallet::cost`]), and what
//! the wallet holds now ([`Wallet::observed`]).
//!
//! A deposit is credited once or waits in suspense; a withdrawal is paid at most once, and is
//! never both paid and returned: the row's state, changed under its lock, decides.
//!
//! Order of locks, for everybody: an address, then withdrawals, then deposits, accounts last.

pub mod accounts;
mod books;
mod chain;
mod decide;
mod deposit;
pub mod halt;
mod http;
mod memo;
mod metrics;
mod payout;
mod people;
mod reconcile;
mod rules;
mod state;
mod store;
mod withdrawal;

pub use accounts::{Position, position};
pub use books::check_books;
pub use chain::{Chain, Proven};
pub use decide::Decision;
pub use deposit::{Arrival, Arrived, Deposit, Doubt};
pub use halt::{Halt, Observed, Seen};
pub use memo::Memo;
pub use payout::{Landed, Payout};
pub use people::{Address, Bound, forget_challenges};
pub use rules::WalletRules;
pub use state::{Approval, DepositState, DepositStep, WithdrawalState, WithdrawalStep};
pub use withdrawal::{NewWithdrawal, ReturnedFor, Withdrawal};

use crate::ctx::Ctx;
use crate::db::Tx;
use crate::http::Api;
use crate::jobs::Reconciler;
use crate::outbox::{self, Event};
use crate::{Error, Kind, Result};
use metrics::Metrics;
use std::sync::Arc;

/// The one chain that there is.
pub const CHAIN: &str = "ton";
/// The signal that something may go out.
pub const PAYOUTS: &str = "platform.payouts";
/// Who acts when the chain does, in the audit trail.
const CHAIN_ACTOR: &str = "chain/ton";

/// Topic of the event that a deposit is in somebody's account.
pub const DEPOSIT_CREDITED: &str = "platform.deposit_credited";
/// Topic of the event that a deposit waits for its owner.
pub const DEPOSIT_SUSPENDED: &str = "platform.deposit_suspended";
/// Topic of the event that somebody wants money out.
pub const WITHDRAWAL_REQUESTED: &str = "platform.withdrawal_requested";
/// Topic of the event that a withdrawal may go out.
pub const WITHDRAWAL_APPROVED: &str = "platform.withdrawal_approved";
/// Topic of the event that a withdrawal has arrived.
pub const WITHDRAWAL_CONFIRMED: &str = "platform.withdrawal_confirmed";
/// Topic of the event that the money of a withdrawal is back.
pub const WITHDRAWAL_RETURNED: &str = "platform.withdrawal_returned";
/// Topic of the event that the chain and the ledger differ.
pub const WALLET_DIFFERS: &str = "platform.wallet_differs";
/// Topic of the event that nothing is paid out any more.
pub const WITHDRAWALS_HALTED: &str = "platform.withdrawals_halted";
/// Topic of the event that withdrawals go out again.
pub const WITHDRAWALS_RESUMED: &str = "platform.withdrawals_resumed";

/// Money in and out. Clones share it.
#[derive(Debug, Clone)]
pub struct Wallet(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    ctx: Ctx,
    rules: WalletRules,
    chain: Option<Arc<dyn Chain>>,
    metrics: Metrics,
}

impl Wallet {
    /// A wallet on `chain`; without one nothing comes in or goes out, and what is there is shown.
    ///
    /// # Errors
    /// When the names of its metrics are taken.
    pub fn new(ctx: &Ctx, rules: WalletRules, chain: Option<Arc<dyn Chain>>) -> Result<Self> {
        Ok(Self(Arc::new(Inner {
            metrics: Metrics::new(&ctx.metrics)?,
            ctx: ctx.clone(),
            rules,
            chain,
        })))
    }

    /// Opens the accounts, before the first deposit; again is harmless.
    ///
    /// # Errors
    /// The database's.
    pub async fn prepare(&self) -> Result<()> {
        let open = |tx: &mut Tx<'_>| accounts::prepare(tx);
        self.0.ctx.db.write("platform.prepare_wallet", open).await
    }

    /// The routes, for people and for the operator.
    pub fn api(&self) -> Api {
        http::api(self.clone())
    }

    /// Work that follows from the state.
    pub fn reconcilers(&self) -> Vec<Arc<dyn Reconciler>> {
        vec![
            Arc::new(reconcile::ApproveWithdrawals(self.clone())),
            Arc::new(reconcile::ReturnWithdrawals(self.clone())),
        ]
    }

    /// What is allowed.
    pub fn rules(&self) -> &WalletRules {
        &self.0.rules
    }

    fn ctx(&self) -> &Ctx {
        &self.0.ctx
    }

    /// The chain.
    ///
    /// # Errors
    /// `wallet_unavailable` (409) without one.
    fn chain(&self) -> Result<&Arc<dyn Chain>> {
        self.0.chain.as_ref().ok_or_else(|| {
            let text = "Deposits and withdrawals are not set up here";
            Error::new(Kind::Conflict, "wallet_unavailable", text)
        })
    }

    /// A canonical address as people write it.
    fn show_address(&self, canonical: &str) -> String {
        let chain = self.0.chain.as_ref();
        chain.map_or_else(|| canonical.to_owned(), |chain| chain.show(canonical))
    }

    fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }
}

/// Publishes an event.
fn say(
    tx: &mut Tx<'_>,
    topic: &'static str,
    aggregate: &str,
    payload: &serde_json::Value,
) -> Result<()> {
    let event = Event {
        topic,
        aggregate,
        payload: &payload.to_string(),
    };
    Ok(outbox::publish(tx, &event)?)
}
