//! What follows from the state: what has cooled down goes out, what has failed comes back.

use super::Wallet;
use super::store::withdrawals;
use super::withdrawal::ReturnedFor;
use crate::audit::By;
use crate::db::Tx;
use crate::jobs::{Reconciler, Step};
use crate::{Result, Timestamp};

/// Name of the first, and of the signal that wakes it.
pub(super) const APPROVE: &str = "platform.approve_withdrawals";
/// Name of the second, and of the signal that wakes it.
pub(super) const RETURN: &str = "platform.return_withdrawals";
/// Withdrawals that are approved in one unit, at most.
const PORTION: i64 = 50;

/// Approves withdrawals that need nobody's approval, when their addresses have cooled down.
#[derive(Debug, Clone)]
pub(super) struct ApproveWithdrawals(pub(super) Wallet);

impl Reconciler for ApproveWithdrawals {
    fn name(&self) -> &'static str {
        APPROVE
    }

    fn next_due(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
        Ok(withdrawals::next_cooled(tx)?)
    }

    fn step(&self, tx: &mut Tx<'_>) -> Result<Step> {
        let now = tx.now();
        let cooled = withdrawals::lock_cooled(tx, now, PORTION)?;
        for withdrawal in &cooled {
            self.0.approve_by_rule(tx, &withdrawal.id)?;
        }
        Ok(if cooled.is_empty() {
            Step::Done
        } else {
            Step::More
        })
    }
}

/// Gives the money of failed withdrawals back, one per unit of work: each has its own accounts.
#[derive(Debug, Clone)]
pub(super) struct ReturnWithdrawals(pub(super) Wallet);

impl Reconciler for ReturnWithdrawals {
    fn name(&self) -> &'static str {
        RETURN
    }

    fn next_due(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
        Ok(withdrawals::next_failed(tx)?)
    }

    fn step(&self, tx: &mut Tx<'_>) -> Result<Step> {
        let Some(failed) = withdrawals::lock_failed(tx)? else {
            return Ok(Step::Done);
        };
        let by = By::system("job/platform.return_withdrawals");
        self.0
            .give_back(tx, &failed, (ReturnedFor::Failed, None), &by)?;
        Ok(Step::More)
    }
}
