//! When nothing is paid out: because the operator says so, or because the books and the chain
//! differ. Deposits never stop.

use super::{Wallet, accounts, say};
use crate::audit::By;
use crate::db::Tx;
use crate::money::{Money, Ton};
use crate::{Error, Kind, Result, Timestamp};

/// The operator has halted them.
pub const OPERATOR: &str = "operator";
/// The chain holds more or less than the ledger says.
pub const DIFFERS: &str = "differs";
/// The chain has contradicted itself.
pub const CONTRADICTION: &str = "contradiction";
/// There is less than people own.
pub const UNCOVERED: &str = "uncovered";
/// Coins have left the wallet although nobody had ordered it.
pub const UNEXPLAINED: &str = "unexplained";

crate::row! {
    /// Why nothing is paid out.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Halt {
        /// A stable word: one of the constants of this module, or the adapter's own.
        pub reason: String,
        /// The operator's note.
        pub note: Option<String>,
        /// Since when.
        pub halted_at: Timestamp,
        /// Who, as in the audit trail.
        pub halted_by: String,
    }
}

crate::row! {
    /// The hot wallet as it was seen last.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Seen {
        /// Canonical address.
        pub account: String,
        /// What it held.
        pub balance: Money<Ton>,
        /// What it held more than the ledger said then.
        pub difference: Money<Ton>,
        /// The moment, by the chain.
        pub chain_time: Timestamp,
        /// The moment, by us.
        pub observed_at: Timestamp,
    }
}

/// What the adapter has seen of the hot wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// [`super::Chain::name`].
    pub chain: &'static str,
    /// Canonical address.
    pub account: String,
    /// What it holds, after everything that was reported so far and nothing else.
    pub balance: Money<Ton>,
    /// The moment, by the chain.
    pub chain_time: Timestamp,
}

impl Wallet {
    /// Compares the chain with the ledger; a difference halts withdrawals. Returns what the chain
    /// holds more than the ledger says.
    ///
    /// To be called in a unit in which everything up to the observed moment is booked: deposits,
    /// confirmed withdrawals, costs. What is older than the observation before is not judged.
    ///
    /// # Errors
    /// The database's.
    pub fn observed(&self, tx: &mut Tx<'_>, seen: &Observed) -> Result<Money<Ton>> {
        let now = tx.now();
        let expected = accounts::position(tx)?.assets;
        let difference = (seen.balance.checked_sub(expected))
            .ok_or_else(|| Error::internal("a balance that does not fit"))?;
        let is_news = super::store::chain::observe(
            tx,
            seen.chain,
            &seen.account,
            seen.balance,
            difference,
            seen.chain_time,
            now,
        )?;
        if is_news == 0 {
            return Ok(difference);
        }
        // If this unit comes to nothing the next observation corrects them.
        self.metrics().balance.set(seen.balance.minor());
        self.metrics().difference.set(difference.minor());
        if difference != Money::ZERO {
            let by = By::system(super::CHAIN_ACTOR);
            if self.halt(tx, DIFFERS, None, &by)? {
                let payload = serde_json::json!({
                    "chain": seen.chain, "account": seen.account,
                    "balance": seen.balance.to_decimal(), "expected": expected.to_decimal(),
                    "difference": difference.to_decimal(),
                });
                say(tx, super::WALLET_DIFFERS, &subject(seen.chain), &payload)?;
            }
        }
        Ok(difference)
    }

    /// Stops withdrawals for `reason`; whether it is a new one. Each reason counts once until
    /// [`Self::resume`].
    ///
    /// # Errors
    /// The database's.
    pub fn halt(&self, tx: &mut Tx<'_>, reason: &str, note: Option<&str>, by: &By) -> Result<bool> {
        let now = tx.now();
        if super::store::chain::halt(tx, super::CHAIN, reason, note, now, &by.actor)? == 0 {
            return Ok(false);
        }
        tracing::error!(reason, by = by.actor, "withdrawals are halted");
        let payload = serde_json::json!({ "chain": super::CHAIN, "reason": reason });
        let subject = subject(super::CHAIN);
        say(tx, super::WITHDRAWALS_HALTED, &subject, &payload)?;
        by.did(
            tx,
            "platform.halt_withdrawals",
            &subject,
            &payload.to_string(),
        )?;
        Ok(true)
    }

    /// Lets withdrawals go out again, whatever they were halted for. What is still wrong halts
    /// them again.
    ///
    /// # Errors
    /// `not_halted` (409).
    pub fn resume(&self, tx: &mut Tx<'_>, note: &str, by: &By) -> Result<()> {
        let now = tx.now();
        if super::store::chain::resume(tx, super::CHAIN, now, &by.actor, note)? == 0 {
            let text = "Withdrawals are not halted";
            return Err(Error::new(Kind::Conflict, "not_halted", text));
        }
        let payload = serde_json::json!({ "chain": super::CHAIN });
        let subject = subject(super::CHAIN);
        say(tx, super::WITHDRAWALS_RESUMED, &subject, &payload)?;
        by.did(tx, "platform.resume_withdrawals", &subject, "{}")?;
        tx.signal(super::PAYOUTS);
        Ok(())
    }

    /// Why nothing is paid out, oldest reason first; empty when it is.
    ///
    /// # Errors
    /// The database's.
    pub fn halts(&self, tx: &mut Tx<'_>) -> Result<Vec<Halt>> {
        Ok(super::store::chain::halts(tx, super::CHAIN)?)
    }

    /// Whether nothing is paid out.
    ///
    /// # Errors
    /// The database's.
    pub fn is_halted(&self, tx: &mut Tx<'_>) -> Result<bool> {
        Ok(!self.halts(tx)?.is_empty())
    }

    /// The hot wallet as it was seen last.
    ///
    /// # Errors
    /// The database's.
    pub fn seen(&self, tx: &mut Tx<'_>) -> Result<Option<Seen>> {
        Ok(super::store::chain::seen(tx, super::CHAIN)?)
    }

    /// What the network has taken for a transaction of ours. `op` names it; the same one again is
    /// nothing new, and that is what is returned.
    ///
    /// # Errors
    /// `operation_reused` (409) when it is in the books with another amount.
    pub fn cost(&self, tx: &mut Tx<'_>, op: &str, amount: Money<Ton>) -> Result<bool> {
        let between = (&accounts::costs(), &accounts::hot());
        accounts::book_own(tx, accounts::kind::COST, op, between, amount)
    }

    /// Coins of the operator's own: what the wallet held before its first deposit, or what was
    /// topped up. As [`Self::cost`].
    ///
    /// # Errors
    /// As [`Self::cost`].
    pub fn capital(&self, tx: &mut Tx<'_>, op: &str, amount: Money<Ton>) -> Result<bool> {
        let between = (&accounts::hot(), &accounts::capital());
        accounts::book_own(tx, accounts::kind::CAPITAL, op, between, amount)
    }

    /// Coins have left the wallet in a way that nobody ordered: booked, so that the books say what
    /// the chain says, and withdrawals are halted for `reason`. As [`Self::cost`].
    ///
    /// # Errors
    /// As [`Self::cost`].
    pub fn unexplained(
        &self,
        tx: &mut Tx<'_>,
        op: &str,
        amount: Money<Ton>,
        reason: &str,
    ) -> Result<bool> {
        let between = (&accounts::unexplained(), &accounts::hot());
        let is_new = accounts::book_own(tx, accounts::kind::UNEXPLAINED, op, between, amount)?;
        if is_new {
            tracing::error!(op, %amount, reason, "coins left the wallet without an order");
            let by = By::system(super::CHAIN_ACTOR);
            self.halt(tx, UNEXPLAINED, Some(reason), &by)?;
        }
        Ok(is_new)
    }
}

fn subject(chain: &str) -> String {
    format!("chain/{chain}")
}
