//! Withdrawals go out: what the adapter takes into a batch, and what became of it.
//!
//! The adapter stores the signed bytes of a batch in the unit that takes it, and from then on only
//! the chain says what happened. What is unknown is neither confirmed nor failed: it waits.

use super::accounts::{self, Outcome};
use super::state::{DepositStep, WithdrawalState, WithdrawalStep};
use super::store::withdrawals;
use super::withdrawal::{Withdrawal, lock, subject};
use super::{Wallet, halt};
use crate::audit::By;
use crate::db::{Locked, Tx};
use crate::money::{Money, Ton};
use crate::{Error, Kind, Result, Timestamp};

/// How often a withdrawal is signed again.
const AGAIN_MAX: i64 = 3;

/// One withdrawal of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    /// The withdrawal.
    pub id: String,
    /// Where to, canonical.
    pub destination: String,
    /// What must arrive.
    pub amount: Money<Ton>,
    /// What the receiver reads.
    pub comment: Option<String>,
    /// [`WithdrawalState::Sending`] as long as its fate is not known.
    pub state: WithdrawalState,
}

/// Where a withdrawal has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    /// The transaction of ours that sent it.
    pub tx_hash: String,
    /// When, by the chain.
    pub at: Timestamp,
}

impl Wallet {
    /// Takes approved withdrawals into the batch of that name, oldest first, as long as they fit:
    /// at most `max`, and their amounts with `per_payout_cost` each at most `spendable`. One that
    /// does not fit makes those behind it wait, so that nobody's turn is passed over.
    ///
    /// Nothing while withdrawals are halted; and if there is less than people own, it halts them.
    /// A batch that exists is returned as it is, so that asking again after a lost answer is
    /// harmless.
    ///
    /// # Errors
    /// The database's.
    pub fn next_payouts(
        &self,
        tx: &mut Tx<'_>,
        batch: &str,
        max: usize,
        spendable: Money<Ton>,
        per_payout_cost: Money<Ton>,
    ) -> Result<Vec<Payout>> {
        let known = self.payouts_of(tx, batch)?;
        if !known.is_empty() {
            return Ok(known);
        }
        if self.is_halted(tx)? {
            return Ok(Vec::new());
        }
        let now = tx.now();
        let limit = i64::try_from(max).unwrap_or(i64::MAX);
        let due = withdrawals::lock_payable(tx, super::CHAIN, now, limit)?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        if !accounts::position(tx)?.is_covered() {
            self.halt(tx, halt::UNCOVERED, None, &By::system(super::CHAIN_ACTOR))?;
            return Ok(Vec::new());
        }
        let (mut left, mut taken) = (spendable, Vec::new());
        for withdrawal in &due {
            let takes = withdrawal.amount.checked_add(per_payout_cost);
            let Some(rest) = takes.and_then(|takes| left.checked_sub(takes)) else {
                break;
            };
            if rest < Money::ZERO {
                break;
            }
            left = rest;
            withdrawals::send(tx, &withdrawal.id, batch, now)?;
            self.metrics().withdrawal(tx, WithdrawalState::Sending);
            taken.push(Payout {
                state: WithdrawalState::Sending,
                ..Payout::from(&**withdrawal)
            });
        }
        Ok(taken)
    }

    /// When the next withdrawal may go out: at once if that has passed. Signal
    /// [`super::PAYOUTS`] says that this has changed.
    ///
    /// # Errors
    /// The database's.
    pub fn next_payout_at(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
        Ok(withdrawals::next_payable(tx, super::CHAIN)?)
    }

    /// The withdrawals of a batch, in its order. One that was given up or is to be signed again
    /// stays in it until another batch takes it.
    ///
    /// # Errors
    /// The database's.
    pub fn payouts_of(&self, tx: &mut Tx<'_>, batch: &str) -> Result<Vec<Payout>> {
        let all = withdrawals::of_batch(tx, batch)?;
        Ok(all.iter().map(Payout::from).collect())
    }

    /// The chain has it: the held money is gone for good. Confirming it again with the same
    /// transaction changes nothing.
    ///
    /// # Errors
    /// `withdrawal_step_impossible`, `withdrawal_elsewhere` (409): it is in another batch, or has
    /// arrived in another transaction.
    pub fn confirm(&self, tx: &mut Tx<'_>, batch: &str, id: &str, landed: &Landed) -> Result<()> {
        let withdrawal = self.in_batch(tx, batch, id)?;
        if withdrawal.state == WithdrawalState::Confirmed {
            let is_same = withdrawal.tx_hash.as_ref() == Some(&landed.tx_hash);
            return if is_same { Ok(()) } else { Err(elsewhere()) };
        }
        let to = withdrawal.after(WithdrawalStep::Confirm)?;
        withdrawals::confirm(tx, id, &landed.tx_hash, landed.at)?;
        if let Some(deposit) = withdrawal.deposit_id {
            self.settle_return(tx, deposit, DepositStep::Arrive)?;
        }
        let details = serde_json::json!({ "tx_hash": landed.tx_hash }).to_string();
        let by = By::system(super::CHAIN_ACTOR);
        by.did(tx, "platform.confirm_withdrawal", &subject(id), &details)?;
        let confirmed = Withdrawal {
            tx_hash: Some(landed.tx_hash.clone()),
            ..Withdrawal::clone(&withdrawal)
        };
        self.tell(tx, &confirmed, to, super::WITHDRAWAL_CONFIRMED)?;
        accounts::resolve_withdrawal(tx, &withdrawal, Outcome::Confirmed)
    }

    /// It is proven that it did not happen and cannot happen any more: it goes out with another
    /// batch, or after the third time fails. Returns what it is now. Saying it again about the
    /// same batch changes nothing.
    ///
    /// # Errors
    /// As [`Self::confirm`].
    pub fn send_again(
        &self,
        tx: &mut Tx<'_>,
        batch: &str,
        id: &str,
        reason: &str,
    ) -> Result<WithdrawalState> {
        let withdrawal = self.in_batch(tx, batch, id)?;
        match withdrawal.state {
            // Said before: another batch would have another name.
            WithdrawalState::Approved | WithdrawalState::Failed => return Ok(withdrawal.state),
            WithdrawalState::Requested
            | WithdrawalState::Sending
            | WithdrawalState::Confirmed
            | WithdrawalState::Returned => {}
        }
        let attempts = withdrawal.attempts.saturating_add(1);
        let step = if attempts > AGAIN_MAX {
            WithdrawalStep::Fail
        } else {
            WithdrawalStep::Again
        };
        self.did_not_happen(tx, &withdrawal, step, reason)
    }

    /// It is proven that it did not happen and cannot happen any more, and trying again would not
    /// help: the money goes back. Saying it again changes nothing.
    ///
    /// # Errors
    /// As [`Self::confirm`].
    pub fn fail(&self, tx: &mut Tx<'_>, batch: &str, id: &str, reason: &str) -> Result<()> {
        let withdrawal = self.in_batch(tx, batch, id)?;
        if withdrawal.state == WithdrawalState::Failed {
            return Ok(());
        }
        self.did_not_happen(tx, &withdrawal, WithdrawalStep::Fail, reason)
            .map(drop)
    }

    fn did_not_happen(
        &self,
        tx: &mut Tx<'_>,
        withdrawal: &Locked<Withdrawal>,
        step: WithdrawalStep,
        reason: &str,
    ) -> Result<WithdrawalState> {
        let to = withdrawal.after(step)?;
        let attempts = withdrawal.attempts.saturating_add(1);
        withdrawals::give_up(tx, &withdrawal.id, to, attempts, reason)?;
        let details = serde_json::json!({ "attempts": attempts, "state": to.as_str() });
        let (by, subject) = (By::system(super::CHAIN_ACTOR), subject(&withdrawal.id));
        by.did(
            tx,
            "platform.withdrawal_not_sent",
            &subject,
            &details.to_string(),
        )?;
        tx.signal(if to == WithdrawalState::Failed {
            super::reconcile::RETURN
        } else {
            super::PAYOUTS
        });
        self.metrics().withdrawal(tx, to);
        Ok(to)
    }

    fn in_batch(&self, tx: &mut Tx<'_>, batch: &str, id: &str) -> Result<Locked<Withdrawal>> {
        let withdrawal = lock(tx, id)?;
        if withdrawal.batch.as_deref() == Some(batch) {
            Ok(withdrawal)
        } else {
            Err(elsewhere())
        }
    }
}

fn elsewhere() -> Error {
    let text = "The withdrawal is in another batch or has arrived in another transaction";
    Error::new(Kind::Conflict, "withdrawal_elsewhere", text)
}

impl From<&Withdrawal> for Payout {
    fn from(withdrawal: &Withdrawal) -> Self {
        Self {
            id: withdrawal.id.clone(),
            destination: withdrawal.destination.clone(),
            amount: withdrawal.amount,
            comment: withdrawal.comment.clone(),
            state: withdrawal.state,
        }
    }
}
