//! The wallet's accounts in the ledger, and how each kind of movement is booked.
//!
//! The hot wallet is an asset: what the chain holds is what the ledger has debited it with, so its
//! balance is minus the coins. Everything else stands against it: what people own, what waits in
//! suspense, and what is the operator's.

use super::deposit::Deposit;
use super::withdrawal::Withdrawal;
use crate::db::Tx;
use crate::ledger::{self, AccountId, Resolution, Transfer};
use crate::money::{Currency as _, Money, Ton};
use crate::planted::{self, Plant};
use crate::{Error, Kind, Result};

/// Kinds of transfers, as statements show them.
pub(super) mod kind {
    pub(crate) const DEPOSIT: &str = "deposit";
    pub(crate) const WITHDRAWAL: &str = "withdrawal";
    pub(crate) const WITHDRAWAL_FEE: &str = "withdrawal_fee";
    pub(crate) const COST: &str = "network_cost";
    pub(crate) const CAPITAL: &str = "capital";
    pub(crate) const UNEXPLAINED: &str = "unexplained";
}

/// The coins on the chain, as an asset: minus what is there.
pub fn hot() -> AccountId {
    AccountId::platform("ton_hot", Ton::CODE)
}

/// Deposits whose owner is not known.
pub fn suspense() -> AccountId {
    AccountId::platform("suspense", Ton::CODE)
}

/// What withdrawals have cost the people who made them.
pub fn fees() -> AccountId {
    AccountId::platform("ton_fees", Ton::CODE)
}

/// What the network has cost the operator: negative.
pub fn costs() -> AccountId {
    AccountId::platform("ton_costs", Ton::CODE)
}

/// The operator's own coins in the hot wallet.
pub fn capital() -> AccountId {
    AccountId::platform("ton_capital", Ton::CODE)
}

/// Coins that left the wallet although nobody had ordered it: negative.
pub fn unexplained() -> AccountId {
    AccountId::platform("ton_unexplained", Ton::CODE)
}

/// Opens them.
pub(super) fn prepare(tx: &mut Tx<'_>) -> Result<()> {
    Ok(ledger::ensure_platform_accounts(
        tx,
        &[
            (&hot(), false, true),
            (&suspense(), true, false),
            (&fees(), false, true),
            (&costs(), false, true),
            (&capital(), false, false),
            (&unexplained(), false, false),
        ],
    )?)
}

/// Who owns the coins: what must add up to what the chain holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// What the chain should hold.
    pub assets: Money<Ton>,
    /// What people own, open holds included.
    pub users: Money<Ton>,
    /// What waits for its owner.
    pub suspense: Money<Ton>,
    /// The operator's own.
    pub capital: Money<Ton>,
    /// What withdrawals have earned.
    pub fees: Money<Ton>,
    /// What the network has cost; negative.
    pub costs: Money<Ton>,
    /// What has gone without an order; negative.
    pub unexplained: Money<Ton>,
}

impl Position {
    /// What is not the operator's.
    pub fn liabilities(&self) -> Money<Ton> {
        let sum = self.users.checked_add(self.suspense);
        sum.unwrap_or(Money::from_minor(i64::MAX))
    }

    /// Whether there is enough for everybody.
    pub fn is_covered(&self) -> bool {
        self.liabilities() <= self.assets
    }
}

/// Reads the position. By double entry the accounts of people hold what those of the platform do
/// not, so this does not read a row per person.
///
/// # Errors
/// The database's.
pub fn position(tx: &mut Tx<'_>) -> Result<Position> {
    let balances = ledger::platform_balances(tx, Ton::CODE)?;
    let of = |id: &AccountId| {
        let found = balances.iter().find(|(account, _)| account == id);
        found.map_or(0, |(_, balance)| *balance)
    };
    let platform = balances
        .iter()
        .map(|(_, balance)| *balance)
        .fold(0_i64, i64::saturating_add);
    let negative = |minor: i64| Money::from_minor(minor.saturating_neg());
    Ok(Position {
        assets: negative(of(&hot())),
        users: negative(platform),
        suspense: Money::from_minor(of(&suspense())),
        capital: Money::from_minor(of(&capital())),
        fees: Money::from_minor(of(&fees())),
        costs: Money::from_minor(of(&costs())),
        unexplained: Money::from_minor(of(&unexplained())),
    })
}

/// The name of a deposit's operation, for ever.
pub(super) fn deposit_op(chain: &str, account: &str, lt: i64) -> String {
    format!("deposit/{chain}/{account}/{lt}")
}

/// A deposit came in: for a person, or into suspense.
pub(super) fn book_deposit(
    tx: &mut Tx<'_>,
    op: &str,
    id: i64,
    amount: Money<Ton>,
    owner: &AccountId,
) -> Result<()> {
    let deposit = Transfer {
        op,
        leg: 0,
        kind: kind::DEPOSIT,
        debit: &hot(),
        credit: owner,
        amount,
        meta: &deposit_meta(id),
    };
    Ok(ledger::transfer(tx, &deposit)?)
}

/// A deposit leaves suspense: `word` says as what.
pub(super) fn book_owner(
    tx: &mut Tx<'_>,
    deposit: &Deposit,
    word: &str,
    owner: &AccountId,
) -> Result<()> {
    let op = deposit_op(&deposit.chain, &deposit.account, deposit.lt);
    let owned = Transfer {
        op: &format!("{op}/{word}"),
        leg: 0,
        kind: kind::DEPOSIT,
        debit: &suspense(),
        credit: owner,
        amount: deposit.amount,
        meta: &deposit_meta(deposit.id),
    };
    Ok(ledger::transfer(tx, &owned)?)
}

fn deposit_meta(id: i64) -> String {
    serde_json::json!({ "deposit_id": id }).to_string()
}

fn withdrawal_meta(id: &str) -> String {
    serde_json::json!({ "withdrawal_id": id }).to_string()
}

/// The name of what a withdrawal holds.
pub(super) fn withdrawal_op(id: &str) -> String {
    format!("withdrawal/{id}")
}

/// Sets aside what a withdrawal takes from `owner`: the numbers of the holds.
pub(super) fn hold_withdrawal(
    tx: &mut Tx<'_>,
    id: &str,
    owner: &AccountId,
    amount: Money<Ton>,
    fee: Money<Ton>,
) -> Result<(i64, Option<i64>)> {
    let (op, meta) = (withdrawal_op(id), withdrawal_meta(id));
    let mut leg = Transfer {
        op: &op,
        leg: 0,
        kind: kind::WITHDRAWAL,
        debit: owner,
        credit: &hot(),
        amount,
        meta: &meta,
    };
    let amount_hold = ledger::hold(tx, &leg)?;
    if !fee.is_positive() {
        return Ok((amount_hold, None));
    }
    let earned = fees();
    (leg.leg, leg.kind, leg.credit, leg.amount) = (1, kind::WITHDRAWAL_FEE, &earned, fee);
    Ok((amount_hold, Some(ledger::hold(tx, &leg)?)))
}

/// What becomes of the holds of a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The money has gone.
    Confirmed,
    /// It is back.
    Returned,
}

/// Resolves the holds of a withdrawal.
pub(super) fn resolve_withdrawal(
    tx: &mut Tx<'_>,
    withdrawal: &Withdrawal,
    outcome: Outcome,
) -> Result<()> {
    let meta = withdrawal_meta(&withdrawal.id);
    let word = match outcome {
        Outcome::Confirmed => "confirmed",
        Outcome::Returned => "returned",
    };
    let op = format!("{}/{word}", withdrawal_op(&withdrawal.id));
    let amounts = [
        (
            0,
            kind::WITHDRAWAL,
            Some(withdrawal.amount_hold),
            withdrawal.amount,
        ),
        (1, kind::WITHDRAWAL_FEE, withdrawal.fee_hold, withdrawal.fee),
    ];
    for (leg, kind, hold, amount) in amounts {
        let Some(hold) = hold else { continue };
        let resolution = Resolution {
            op: &op,
            leg,
            kind,
            hold,
            meta: &meta,
        };
        match outcome {
            Outcome::Confirmed => ledger::post(tx, &resolution, amount)?,
            Outcome::Returned if planted::is(Plant::HoldNotReleased) => {}
            Outcome::Returned => ledger::void(tx, &resolution)?,
        }
    }
    Ok(())
}

/// One movement that is the operator's own business, once for each `op`: whether it is new.
pub(super) fn book_own(
    tx: &mut Tx<'_>,
    kind: &'static str,
    op: &str,
    (debit, credit): (&AccountId, &AccountId),
    amount: Money<Ton>,
) -> Result<bool> {
    let op = format!("ton/{kind}/{op}");
    if let Some(known) = ledger::amount_of(tx, &op, 0)? {
        return if known == amount.minor() {
            Ok(false)
        } else {
            Err(Error::new(
                Kind::Conflict,
                "operation_reused",
                "This operation is in the books with another amount",
            ))
        };
    }
    let own = Transfer {
        op: &op,
        leg: 0,
        kind,
        debit,
        credit,
        amount,
        meta: "{}",
    };
    ledger::transfer(tx, &own)?;
    Ok(true)
}
