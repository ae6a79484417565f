//! Money that somebody wants out: the row, and how it gets there.

use super::accounts::{self, Outcome};
use super::state::{Approval, DepositState, DepositStep, WithdrawalState, WithdrawalStep};
use super::store::{deposits, people, withdrawals};
use super::{Wallet, say};
use crate::audit::By;
use crate::db::{Locked, Tx};
use crate::ledger::{self, AccountId};
use crate::money::{Currency as _, Money, Ton};
use crate::planted::{self, Plant};
use crate::{Error, Kind, Result, Timestamp, UserId};
use std::time::Duration;

/// The span over which automatic withdrawals are added up.
const DAY: Duration = Duration::from_hours(24);

/// Why the money of a withdrawal came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReturnedFor {
    /// Its owner has changed their mind.
    Canceled,
    /// The operator has said no.
    Rejected,
    /// It could not be sent.
    Failed,
}

impl ReturnedFor {
    /// The name in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Canceled => "canceled",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Canceled, Self::Rejected, Self::Failed]
            .into_iter()
            .find(|why| why.as_str() == name)
    }
}

crate::text_column!(ReturnedFor);

crate::row! {
    /// A withdrawal as it was read.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Withdrawal {
        /// Its name; later ones sort later.
        pub id: String,
        /// On which chain.
        pub chain: String,
        /// Who wants it; none when it brings a deposit back.
        pub user_id: Option<UserId>,
        /// The deposit that it brings back to the sender.
        pub deposit_id: Option<i64>,
        /// Where to, canonical.
        pub destination: String,
        /// What the receiver reads.
        pub comment: Option<String>,
        /// What arrives.
        pub amount: Money<Ton>,
        /// What it costs, on top.
        pub fee: Money<Ton>,
        /// Where it is.
        pub state: WithdrawalState,
        /// The hold of the amount.
        pub amount_hold: i64,
        /// The hold of the fee, if there is one.
        pub fee_hold: Option<i64>,
        /// When it was wanted.
        pub requested_at: Timestamp,
        /// It does not go out before.
        pub not_before: Timestamp,
        /// Who lets it out.
        pub approval: Approval,
        /// Who decided last, as in the audit trail.
        pub decided_by: Option<String>,
        /// When.
        pub decided_at: Option<Timestamp>,
        /// The operator's note.
        pub note: Option<String>,
        /// The batch in which it went out last.
        pub batch: Option<String>,
        /// How often it was proven not to have happened.
        pub attempts: i64,
        /// When it went into its batch.
        pub sending_at: Option<Timestamp>,
        /// When it arrived, by the chain.
        pub confirmed_at: Option<Timestamp>,
        /// The transaction in which it arrived.
        pub tx_hash: Option<String>,
        /// Why it did not arrive the last time.
        pub failure: Option<String>,
        /// When its money came back.
        pub returned_at: Option<Timestamp>,
        /// Why.
        pub returned_for: Option<ReturnedFor>,
    }
}

impl Withdrawal {
    /// The state after `step`.
    ///
    /// # Errors
    /// `withdrawal_step_impossible` (409), which names the present state.
    pub(super) fn after(&self, step: WithdrawalStep) -> Result<WithdrawalState> {
        let planted = planted::is(Plant::ForkUnclaimed).then(|| fork(self.state, step));
        let to = self.state.after(step).or(planted.flatten());
        to.ok_or_else(|| {
            let text = format!("The withdrawal is {} already", self.state.as_str());
            Error::new(Kind::Conflict, "withdrawal_step_impossible", text)
        })
    }
}

/// The ways that are closed, for [`Plant::ForkUnclaimed`].
fn fork(from: WithdrawalState, step: WithdrawalStep) -> Option<WithdrawalState> {
    match (from, step) {
        (WithdrawalState::Sending, WithdrawalStep::Cancel) => Some(WithdrawalState::Returned),
        (WithdrawalState::Returned, WithdrawalStep::Confirm) => Some(WithdrawalState::Confirmed),
        _ => None,
    }
}

/// What somebody wants out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWithdrawal {
    /// Drawn before, because a unit of work may run again ([`crate::ids::uuid_v7`]).
    pub id: String,
    /// Who.
    pub user: UserId,
    /// Where to, canonical ([`super::Chain::read_destination`]).
    pub destination: String,
    /// What the receiver reads.
    pub comment: Option<String>,
    /// What arrives; the fee comes on top.
    pub amount: Money<Ton>,
}

impl Wallet {
    /// Holds what a withdrawal takes and writes it down. It is approved at once when the rules
    /// allow that and its address is not new.
    ///
    /// Twice with one id is one withdrawal; half way is none of it: holds and row are one unit.
    ///
    /// # Errors
    /// `below_minimum` (409), `insufficient_balance` (402).
    pub fn request(&self, tx: &mut Tx<'_>, new: &NewWithdrawal, by: &By) -> Result<Withdrawal> {
        let (rules, now) = (self.rules().clone(), tx.now());
        if new.amount < rules.min {
            return Err(below_minimum(rules.min));
        }
        // In the order of locks: the address, then the account.
        let usable = now.plus(rules.cool_down);
        people::insert_address(tx, super::CHAIN, new.user, &new.destination, now, usable)?;
        let address = people::lock_address(tx, super::CHAIN, new.user, &new.destination)?;
        let address = address.ok_or(crate::db::Error::NoRow("wallet::request"))?;
        let account = ledger::open_user::<Ton>(tx, new.user)?;
        let total = new.amount.checked_add(rules.fee).ok_or_else(too_little)?;
        if account.available() < total.minor() {
            return Err(too_little());
        }
        let is_within = new.amount <= rules.automatic_each
            && new.amount <= self.automatic_left(tx, new.user)?;
        let approval = if is_within {
            Approval::Automatic
        } else {
            Approval::Needed
        };
        let not_before = address.usable_at.max(now);
        let owner = AccountId::user(new.user, Ton::CODE);
        let hold = accounts::hold_withdrawal(tx, &new.id, &owner, new.amount, rules.fee)?;
        let ticket = Ticket {
            id: &new.id,
            user: Some(new.user),
            deposit: None,
            destination: &new.destination,
            comment: new.comment.as_deref(),
            amount: new.amount,
            fee: rules.fee,
            not_before,
            approval,
        };
        self.write_down(tx, &ticket, hold, by)?;
        if approval == Approval::Automatic && not_before <= now {
            self.approve_by_rule(tx, &new.id)?;
        }
        find(tx, &new.id)
    }

    /// What a person may still withdraw without the operator, over the last 24 hours. Right as
    /// long as their account is locked.
    ///
    /// # Errors
    /// The database's.
    pub fn automatic_left(&self, tx: &mut Tx<'_>, user: UserId) -> Result<Money<Ton>> {
        let since = tx.now().minus(DAY);
        let used = withdrawals::sum_since(tx, user, since)?.0;
        let left = self.rules().automatic_day.checked_sub(used);
        Ok(left.unwrap_or(Money::ZERO).max(Money::ZERO))
    }

    /// Inserts a withdrawal whose money is held, and tells.
    pub(super) fn write_down(
        &self,
        tx: &mut Tx<'_>,
        ticket: &Ticket<'_>,
        (amount_hold, fee_hold): (i64, Option<i64>),
        by: &By,
    ) -> Result<()> {
        let now = tx.now();
        withdrawals::insert(
            tx,
            ticket.id,
            super::CHAIN,
            ticket.user,
            ticket.deposit,
            ticket.destination,
            ticket.comment,
            ticket.amount,
            ticket.fee,
            WithdrawalState::Requested,
            amount_hold,
            fee_hold,
            now,
            ticket.not_before,
            ticket.approval,
        )?;
        let withdrawal = find(tx, ticket.id)?;
        let details = serde_json::json!({
            "amount_minor": ticket.amount.minor(), "fee_minor": ticket.fee.minor(),
            "destination": ticket.destination, "deposit_id": ticket.deposit,
        });
        let subject = subject(ticket.id);
        by.did(
            tx,
            "platform.request_withdrawal",
            &subject,
            &details.to_string(),
        )?;
        self.tell(
            tx,
            &withdrawal,
            WithdrawalState::Requested,
            super::WITHDRAWAL_REQUESTED,
        )?;
        tx.signal(super::reconcile::APPROVE);
        Ok(())
    }

    /// Gives the money of a withdrawal that is not on its way back to where it came from.
    pub(super) fn give_back(
        &self,
        tx: &mut Tx<'_>,
        withdrawal: &Locked<Withdrawal>,
        (why, note): (ReturnedFor, Option<&str>),
        by: &By,
    ) -> Result<Withdrawal> {
        let step = match why {
            ReturnedFor::Canceled => WithdrawalStep::Cancel,
            ReturnedFor::Rejected => WithdrawalStep::Reject,
            ReturnedFor::Failed => WithdrawalStep::Return,
        };
        let (to, from, now) = (withdrawal.after(step)?, withdrawal.state, tx.now());
        withdrawals::give_back(tx, &withdrawal.id, from, now, why, &by.actor, note)?;
        if let Some(deposit) = withdrawal.deposit_id {
            self.settle_return(tx, deposit, DepositStep::Stay)?;
        }
        let details = serde_json::json!({ "for": why.as_str() }).to_string();
        let subject = subject(&withdrawal.id);
        by.did(tx, "platform.return_withdrawal", &subject, &details)?;
        let returned = find(tx, &withdrawal.id)?;
        self.tell(tx, &returned, to, super::WITHDRAWAL_RETURNED)?;
        accounts::resolve_withdrawal(tx, withdrawal, Outcome::Returned)?;
        Ok(returned)
    }

    /// The deposit that a withdrawal was to bring back has arrived there, or stays.
    pub(super) fn settle_return(
        &self,
        tx: &mut Tx<'_>,
        deposit: i64,
        step: DepositStep,
    ) -> Result<()> {
        let known = deposits::lock(tx, deposit)?;
        let known = known.ok_or(crate::db::Error::NoRow("wallet::settle_return"))?;
        let to = known.state.after(step);
        let to = to.ok_or_else(|| Error::internal("a deposit that is not on its way back"))?;
        let at = (to == DepositState::Returned).then(|| tx.now());
        deposits::move_return(tx, deposit, to, at)?;
        self.metrics().deposit(tx, to);
        Ok(())
    }

    /// Publishes that a withdrawal has come into `state`, and counts it.
    pub(super) fn tell(
        &self,
        tx: &mut Tx<'_>,
        withdrawal: &Withdrawal,
        state: WithdrawalState,
        topic: &'static str,
    ) -> Result<()> {
        let payload = serde_json::json!({
            "withdrawal_id": withdrawal.id, "chain": withdrawal.chain,
            "user_id": withdrawal.user_id, "deposit_id": withdrawal.deposit_id,
            "amount": withdrawal.amount.to_decimal(), "fee": withdrawal.fee.to_decimal(),
            "currency": Ton::CODE, "state": state.as_str(), "tx_hash": withdrawal.tx_hash,
            "returned_for": withdrawal.returned_for,
        });
        self.metrics().withdrawal(tx, state);
        say(tx, topic, &subject(&withdrawal.id), &payload)
    }
}

/// What a withdrawal is written down from.
pub(super) struct Ticket<'a> {
    pub(super) id: &'a str,
    pub(super) user: Option<UserId>,
    pub(super) deposit: Option<i64>,
    pub(super) destination: &'a str,
    pub(super) comment: Option<&'a str>,
    pub(super) amount: Money<Ton>,
    pub(super) fee: Money<Ton>,
    pub(super) not_before: Timestamp,
    pub(super) approval: Approval,
}

/// A withdrawal in events and in the audit trail.
pub(super) fn subject(id: &str) -> String {
    format!("withdrawal/{id}")
}

/// A withdrawal that is known to be there.
pub(super) fn find(tx: &mut Tx<'_>, id: &str) -> Result<Withdrawal> {
    withdrawals::find(tx, id)?.ok_or_else(not_found)
}

/// Locks a withdrawal.
pub(super) fn lock(tx: &mut Tx<'_>, id: &str) -> Result<Locked<Withdrawal>> {
    withdrawals::lock(tx, id)?.ok_or_else(not_found)
}

pub(super) fn not_found() -> Error {
    Error::new(Kind::Missing, "withdrawal_not_found", "No such withdrawal")
}

pub(super) fn below_minimum(min: Money<Ton>) -> Error {
    let text = format!("The least that can be withdrawn is {min}");
    Error::new(Kind::Conflict, "below_minimum", text)
}

fn too_little() -> Error {
    let text = "The balance does not cover the amount and the fee";
    Error::new(Kind::Unpaid, "insufficient_balance", text)
}
