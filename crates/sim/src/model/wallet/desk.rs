//! What the staff does with withdrawals.

use super::{Books, Expect, FEE};
use super::{Model, State, TON};
use crate::people::Who;

impl Model {
    /// One of the staff lets a withdrawal out, alone or as one of two.
    pub(super) fn approve(&mut self, who: Who, number: usize) -> Expect {
        let withdrawal = &mut self.withdrawals[number];
        if !withdrawal.is_kept_back() {
            return Expect::refused(409, "withdrawal_step_impossible");
        }
        if withdrawal.agreed.contains(&who) {
            return Expect::refused(409, "second_person_needed");
        }
        withdrawal.agreed.push(who);
        let state = if withdrawal.is_kept_back() {
            "requested"
        } else {
            "approved"
        };
        let (agreed, needed) = (withdrawal.agreed.len(), withdrawal.needed);
        Expect::ok(200)
            .with("/state", state)
            .with("/approvals", agreed)
            .with("/approvals_needed", needed)
    }

    /// What is not on its way goes back to whom it belongs.
    pub(super) fn give_back(&mut self, books: &mut Books, number: usize) -> Expect {
        let withdrawal = &mut self.withdrawals[number];
        if withdrawal.state != State::Waits {
            return Expect::refused(409, "withdrawal_step_impossible");
        }
        withdrawal.state = State::Canceled;
        books.hold(withdrawal.who, TON, -(withdrawal.amount + FEE));
        Expect::ok(200).with("/state", "returned")
    }
}
