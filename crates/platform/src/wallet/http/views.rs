//! Deposits and withdrawals as people and operators see them.

use crate::Timestamp;
use crate::money::DecimalTon;
use crate::wallet::state::{Approval, DepositState, WithdrawalState};
use crate::wallet::withdrawal::ReturnedFor;
use crate::wallet::{Address, Deposit, Wallet, Withdrawal};
use serde::Serialize;
use utoipa::ToSchema;

/// Money on its way out, as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WithdrawalView {
    id: String,
    /// Where to.
    address: String,
    /// What the receiver reads.
    comment: Option<String>,
    /// What arrives.
    amount: DecimalTon,
    /// What it costs, on top.
    fee: DecimalTon,
    /// What it takes from the balance.
    total: DecimalTon,
    currency: &'static str,
    state: WithdrawalState,
    /// Whether the operator must let it out.
    needs_approval: bool,
    #[schema(value_type = String, format = DateTime)]
    requested_at: Timestamp,
    /// It does not go out before: a new address waits.
    #[schema(value_type = String, format = DateTime)]
    not_before: Timestamp,
    /// When it arrived, by the chain.
    #[schema(value_type = Option<String>, format = DateTime)]
    confirmed_at: Option<Timestamp>,
    tx_hash: Option<String>,
    /// When its money came back.
    #[schema(value_type = Option<String>, format = DateTime)]
    returned_at: Option<Timestamp>,
    /// Why it came back.
    returned_for: Option<ReturnedFor>,
}

impl WithdrawalView {
    pub(super) fn new(wallet: &Wallet, of: &Withdrawal) -> Self {
        let total = of.amount.checked_add(of.fee).unwrap_or(of.amount);
        Self {
            id: of.id.clone(),
            address: wallet.show_address(&of.destination),
            comment: of.comment.clone(),
            amount: of.amount.into(),
            fee: of.fee.into(),
            total: total.into(),
            currency: "TON",
            state: of.state,
            needs_approval: of.approval == Approval::Needed,
            requested_at: of.requested_at,
            not_before: of.not_before,
            confirmed_at: of.confirmed_at,
            tx_hash: of.tx_hash.clone(),
            returned_at: of.returned_at,
            returned_for: of.returned_for,
        }
    }
}

/// Money on its way out, as the operator sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdminWithdrawalView {
    #[serde(flatten)]
    withdrawal: WithdrawalView,
    /// Who wants it; none when it brings a deposit back.
    user_id: Option<i64>,
    /// The deposit that it brings back.
    deposit_id: Option<i64>,
    /// How many of the staff have approved it.
    approvals: i64,
    /// How many must.
    approvals_needed: i64,
    /// Who decided last.
    decided_by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
    note: Option<String>,
    /// The batch in which it went out last.
    batch: Option<String>,
    /// How often it was proven not to have happened.
    attempts: i64,
    /// Why it did not arrive the last time.
    failure: Option<String>,
}

impl AdminWithdrawalView {
    pub(super) fn new(wallet: &Wallet, of: &Withdrawal, approvals: i64) -> Self {
        let needed = match of.approval {
            Approval::Automatic => 0,
            Approval::Needed => wallet.agreement(of.amount),
        };
        Self {
            withdrawal: WithdrawalView::new(wallet, of),
            user_id: of.user_id.map(|user| user.0),
            deposit_id: of.deposit_id,
            approvals,
            approvals_needed: needed,
            decided_by: of.decided_by.clone(),
            decided_at: of.decided_at,
            note: of.note.clone(),
            batch: of.batch.clone(),
            attempts: of.attempts,
            failure: of.failure.clone(),
        }
    }
}

/// Money that came in, as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DepositView {
    id: i64,
    amount: DecimalTon,
    currency: &'static str,
    state: DepositState,
    /// Who sent it.
    sender: Option<String>,
    tx_hash: String,
    /// When it happened, by the chain.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl DepositView {
    pub(super) fn new(wallet: &Wallet, of: &Deposit) -> Self {
        Self {
            id: of.id,
            amount: of.amount.into(),
            currency: "TON",
            state: of.state,
            sender: of
                .sender
                .as_deref()
                .map(|sender| wallet.show_address(sender)),
            tx_hash: of.tx_hash.clone(),
            at: of.chain_time,
        }
    }
}

/// Money that came in, as the operator sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdminDepositView {
    #[serde(flatten)]
    deposit: DepositView,
    /// Whose it is.
    user_id: Option<i64>,
    /// Why it was not credited at once: `memo_missing`, `memo_unknown`, `bounced`, `aborted`,
    /// `out_messages`, `too_small`.
    reason: Option<String>,
    /// The comment that it came with.
    memo: Option<String>,
    /// Ours, that received it.
    account: String,
    lt: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    resolved_at: Option<Timestamp>,
    resolved_by: Option<String>,
    note: Option<String>,
}

impl AdminDepositView {
    pub(super) fn new(wallet: &Wallet, of: &Deposit) -> Self {
        Self {
            deposit: DepositView::new(wallet, of),
            user_id: of.user_id.map(|user| user.0),
            reason: of.reason.clone(),
            memo: of.memo.clone(),
            account: wallet.show_address(&of.account),
            lt: of.lt,
            resolved_at: of.resolved_at,
            resolved_by: of.resolved_by.clone(),
            note: of.note.clone(),
        }
    }
}

/// An address that somebody has used.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AddressView {
    address: String,
    /// From when on money is sent to it.
    #[schema(value_type = String, format = DateTime)]
    usable_at: Timestamp,
    /// Whether its owner has proven to own it.
    is_proven: bool,
}

impl AddressView {
    pub(super) fn new(wallet: &Wallet, of: &Address) -> Self {
        Self {
            address: wallet.show_address(&of.address),
            usable_at: of.usable_at,
            is_proven: of.bound_at.is_some(),
        }
    }
}
