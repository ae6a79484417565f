//! What people decide: to take a withdrawal back, to let it out or not, and whose a deposit is.

use super::accounts;
use super::deposit::{self, Deposit};
use super::people::Bound;
use super::state::{Approval, DepositState, DepositStep, WithdrawalState, WithdrawalStep};
use super::store::{deposits, withdrawals};
use super::withdrawal::{self, ReturnedFor, Ticket, Withdrawal, find, lock};
use super::{Wallet, say};
use crate::audit::By;
use crate::db::{Locked, Tx};
use crate::ledger::{self, AccountId};
use crate::money::{Currency as _, Money, Ton};
use crate::{Error, Kind, Result, UserId, auth};

/// What is to become of a deposit that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is this person's.
    Assign(UserId),
    /// It is the operator's own.
    Keep,
    /// It goes back to its sender, less the fee. The id is drawn before, because a unit of work may
    /// run again.
    SendBack {
        /// Name of the withdrawal that brings it back.
        withdrawal_id: String,
    },
}

impl Wallet {
    /// Takes a withdrawal back that is not on its way yet. Again is harmless.
    ///
    /// # Errors
    /// `withdrawal_not_found` (404), also for somebody else's; `withdrawal_step_impossible` (409).
    pub fn cancel(&self, tx: &mut Tx<'_>, user: UserId, id: &str, by: &By) -> Result<Withdrawal> {
        let withdrawal = lock(tx, id)?;
        if withdrawal.user_id != Some(user) {
            return Err(withdrawal::not_found());
        }
        if withdrawal.returned_for == Some(ReturnedFor::Canceled) {
            return Ok(Withdrawal::clone(&withdrawal));
        }
        self.give_back(tx, &withdrawal, (ReturnedFor::Canceled, None), by)
    }

    /// A member of the staff lets a withdrawal out. Above the limit of the rules it takes two of
    /// them; the first one's word is kept.
    ///
    /// # Errors
    /// `withdrawal_not_found` (404), `withdrawal_step_impossible`, `second_person_needed` (409):
    /// the same person again; `own_withdrawal` (403).
    pub fn approve(
        &self,
        tx: &mut Tx<'_>,
        id: &str,
        note: Option<&str>,
        by: &By,
    ) -> Result<Withdrawal> {
        let withdrawal = lock(tx, id)?;
        if (withdrawal.user_id).is_some_and(|user| by.actor == format!("user/{user}")) {
            let text = "Somebody else must decide about your own withdrawal";
            return Err(Error::new(Kind::Denied, "own_withdrawal", text));
        }
        let step = match withdrawal.state {
            WithdrawalState::Failed => WithdrawalStep::Retry,
            WithdrawalState::Requested
            | WithdrawalState::Approved
            | WithdrawalState::Sending
            | WithdrawalState::Confirmed
            | WithdrawalState::Returned => WithdrawalStep::Approve,
        };
        withdrawal.after(step)?;
        let now = tx.now();
        let is_new = withdrawals::agree(tx, id, &by.actor, now, note)? == 1;
        let agreed = withdrawals::agreed(tx, id)?.0;
        if agreed < self.agreement(withdrawal.amount) {
            if !is_new {
                let text = "Another member of the staff must approve it too";
                return Err(Error::new(Kind::Conflict, "second_person_needed", text));
            }
            let subject = withdrawal::subject(id);
            by.did(tx, "platform.agree_withdrawal", &subject, "{}")?;
            return Ok(Withdrawal::clone(&withdrawal));
        }
        self.approve_locked(tx, &withdrawal, note, by)?;
        find(tx, id)
    }

    /// How many of the staff must agree to that much.
    pub(super) fn agreement(&self, amount: Money<Ton>) -> i64 {
        let limit = self.rules().two_people_above;
        if limit.is_some_and(|limit| amount > limit) {
            2
        } else {
            1
        }
    }

    /// The rules let a withdrawal out whose address has cooled down.
    pub(super) fn approve_by_rule(&self, tx: &mut Tx<'_>, id: &str) -> Result<()> {
        let withdrawal = lock(tx, id)?;
        self.approve_locked(tx, &withdrawal, None, &By::system("rule/automatic"))
    }

    fn approve_locked(
        &self,
        tx: &mut Tx<'_>,
        withdrawal: &Locked<Withdrawal>,
        note: Option<&str>,
        by: &By,
    ) -> Result<()> {
        let (id, now) = (&withdrawal.id, tx.now());
        withdrawals::approve(tx, id, withdrawal.state, &by.actor, now, note)?;
        let subject = withdrawal::subject(id);
        by.did(tx, "platform.approve_withdrawal", &subject, "{}")?;
        let topic = super::WITHDRAWAL_APPROVED;
        self.tell(tx, withdrawal, WithdrawalState::Approved, topic)?;
        tx.signal(super::PAYOUTS);
        Ok(())
    }

    /// A member of the staff says no: the money goes back.
    ///
    /// # Errors
    /// `withdrawal_not_found` (404), `withdrawal_step_impossible` (409).
    pub fn reject(&self, tx: &mut Tx<'_>, id: &str, note: &str, by: &By) -> Result<Withdrawal> {
        let withdrawal = lock(tx, id)?;
        self.give_back(tx, &withdrawal, (ReturnedFor::Rejected, Some(note)), by)
    }

    /// Whoever has proven to own a wallet gets what it has sent without naming anybody.
    pub(super) fn claim(
        &self,
        tx: &mut Tx<'_>,
        user: UserId,
        sender: &str,
        by: &By,
    ) -> Result<Bound> {
        let waiting = deposits::lock_claimable(tx, super::CHAIN, sender)?;
        let mut bound = Bound {
            claimed: 0,
            amount: Money::ZERO,
        };
        if waiting.is_empty() {
            return Ok(bound);
        }
        ledger::open_user::<Ton>(tx, user)?;
        for deposit in &waiting {
            self.settle(tx, deposit, (DepositStep::Claim, Some(user)), None, by)?;
            bound.claimed = bound.claimed.saturating_add(1);
            let amount = bound.amount.checked_add(deposit.amount);
            bound.amount = amount.unwrap_or(bound.amount);
        }
        Ok(bound)
    }

    /// A member of the staff decides about a deposit that waits.
    ///
    /// # Errors
    /// `deposit_not_found`, `user_not_found` (404), `deposit_step_impossible`,
    /// `sender_unknown`, `too_small_to_return` (409).
    pub fn decide(
        &self,
        tx: &mut Tx<'_>,
        id: i64,
        decision: &Decision,
        note: &str,
        by: &By,
    ) -> Result<Deposit> {
        let unknown = || Error::new(Kind::Missing, "deposit_not_found", "No such deposit");
        let deposit = deposits::lock(tx, id)?.ok_or_else(unknown)?;
        match decision {
            Decision::Assign(user) => {
                possible(&deposit, DepositStep::Assign)?;
                if auth::person(tx, *user)?.is_none() {
                    let text = "Nobody with this id has ever come";
                    return Err(Error::new(Kind::Missing, "user_not_found", text));
                }
                ledger::open_user::<Ton>(tx, *user)?;
                let step = (DepositStep::Assign, Some(*user));
                self.settle(tx, &deposit, step, Some(note), by)?;
            }
            Decision::Keep => {
                self.settle(tx, &deposit, (DepositStep::Keep, None), Some(note), by)?;
            }
            Decision::SendBack { withdrawal_id } => {
                self.send_back(tx, &deposit, withdrawal_id, note, by)?;
            }
        }
        deposits::find(tx, id)?.ok_or_else(unknown)
    }

    /// Gives a deposit that waits to its owner.
    fn settle(
        &self,
        tx: &mut Tx<'_>,
        deposit: &Locked<Deposit>,
        (step, user): (DepositStep, Option<UserId>),
        note: Option<&str>,
        by: &By,
    ) -> Result<()> {
        let (to, now) = (possible(deposit, step)?, tx.now());
        let (id, from, actor) = (deposit.id, deposit.state, by.actor.as_str());
        deposits::settle(tx, id, from, to, user, Some(now), actor, note)?;
        self.note_decision(tx, deposit, to, user, by)?;
        let owner = match user {
            Some(user) => AccountId::user(user, Ton::CODE),
            None => accounts::capital(),
        };
        accounts::book_owner(tx, deposit, to.as_str(), &owner)
    }

    fn send_back(
        &self,
        tx: &mut Tx<'_>,
        deposit: &Locked<Deposit>,
        withdrawal_id: &str,
        note: &str,
        by: &By,
    ) -> Result<()> {
        let to = possible(deposit, DepositStep::SendBack)?;
        let refuse = |code, text| Error::new(Kind::Conflict, code, text);
        let sender = (deposit.sender.as_deref())
            .ok_or_else(|| refuse("sender_unknown", "The chain does not say who sent it"))?;
        let fee = self.rules().fee;
        let amount = deposit.amount.checked_sub(fee);
        let amount = amount
            .filter(|amount| amount.is_positive())
            .ok_or_else(|| refuse("too_small_to_return", "Nothing would be left after the fee"))?;
        let (id, from, actor) = (deposit.id, deposit.state, by.actor.as_str());
        deposits::settle(tx, id, from, to, None, None, actor, Some(note))?;
        self.note_decision(tx, deposit, to, None, by)?;
        let from = accounts::suspense();
        let hold = accounts::hold_withdrawal(tx, withdrawal_id, &from, amount, fee)?;
        let ticket = Ticket {
            id: withdrawal_id,
            user: None,
            deposit: Some(id),
            destination: sender,
            comment: None,
            amount,
            fee,
            not_before: tx.now(),
            approval: Approval::Needed,
        };
        self.write_down(tx, &ticket, hold, by)?;
        self.approve(tx, withdrawal_id, None, by).map(drop)
    }

    /// The operator's words stay in the row: people write names into them, and what is published
    /// goes out, and what is audited stays for ever.
    fn note_decision(
        &self,
        tx: &mut Tx<'_>,
        deposit: &Deposit,
        to: DepositState,
        user: Option<UserId>,
        by: &By,
    ) -> Result<()> {
        let details = serde_json::json!({
            "amount_minor": deposit.amount.minor(), "state": to.as_str(), "user_id": user,
        });
        let subject = deposit::subject(deposit.id);
        by.did(
            tx,
            "platform.decide_deposit",
            &subject,
            &details.to_string(),
        )?;
        self.metrics().deposit(tx, to);
        if user.is_none() {
            return Ok(());
        }
        let payload = serde_json::json!({
            "deposit_id": deposit.id, "chain": deposit.chain, "tx_hash": deposit.tx_hash,
            "user_id": user, "amount": deposit.amount.to_decimal(), "currency": Ton::CODE,
            "reason": deposit.reason,
        });
        say(tx, super::DEPOSIT_CREDITED, &subject, &payload)
    }
}

fn possible(deposit: &Deposit, step: DepositStep) -> Result<DepositState> {
    deposit.state.after(step).ok_or_else(|| {
        let text = format!("The deposit is {}", deposit.state.as_str());
        Error::new(Kind::Conflict, "deposit_step_impossible", text)
    })
}
