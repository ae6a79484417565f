//! An executor pays to see the contact. At most three do, each once.
//!
//! Twice by one executor is one payment: the order's row is locked first, so the second one finds
//! the take. If it stops half way nothing has happened: charge, take and event are one unit.

use super::accounts::revenue;
use super::announce::{self, Concerns};
use super::{By, lock, record, remind};
use crate::domain::{Order, OrderId, Refusal, Take, TakeDecision};
use crate::error::Result;
use crate::events;
use crate::events::view;
use crate::store::orders::{self, Stored};
use crate::store::takes;
use serde::Serialize;
use torg_platform::db::{Locked, Tx};
use torg_platform::ledger::{self, AccountId, Transfer};
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::planted::{self, Plant};
use torg_platform::settings::Gate;

/// Kind of the transfer in the ledger.
pub const TAKE: &str = "services.take";

/// More than anybody has: asks the domain for everything but the balance.
const ANY_BALANCE: Money<Rub> = Money::from_minor(i64::MAX);

/// Take this order.
#[derive(Debug, Clone)]
pub struct TakeOrder {
    /// Which.
    pub order: OrderId,
    /// Who takes it.
    pub by: By,
    /// What a take costs now.
    pub price: Money<Rub>,
    /// What the executor has agreed to pay; none when he takes the price as it is.
    pub seen: Option<Money<Rub>>,
    /// Refuses while the market is paused.
    pub gate: Gate,
}

/// The contact, paid for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Taken {
    /// Always true.
    pub success: bool,
    /// How to reach the customer.
    pub contact: String,
    /// How many executors have it now, this one included.
    #[schema(minimum = 1, maximum = 3)]
    pub executor_count: i64,
    /// What is left, in whole roubles.
    pub new_balance: i64,
    /// Whether this request was the one that paid.
    #[serde(skip)]
    pub charged: bool,
}

/// Takes an order: 404 → 403 own → already mine (200, no second charge) → 410 → 409 full → 503 paused
/// → 409 another price → 402.
///
/// # Errors
/// The first refusal in that order.
pub fn take_order(tx: &mut Tx<'_>, cmd: &TakeOrder) -> Result<Taken> {
    let stored = lock(tx, &cmd.order)?;
    let order = &stored.order;
    let takes = match stored.takes {
        0 => Vec::new(),
        _ => takes::of(tx, &order.id)?,
    };
    let (who, now) = (cmd.by.user, tx.now());
    match order.decide_take(&takes, who, now, cmd.price, ANY_BALANCE)? {
        TakeDecision::AlreadyMine => {
            let account = AccountId::user(who, Rub::CODE);
            let balance = Money::from_minor(ledger::balance(tx, &account)?);
            Ok(taken(order, stored.takes, balance, false))
        }
        TakeDecision::Charge { .. } => {
            cmd.gate.open(tx)?;
            if cmd.seen.is_some_and(|seen| seen != cmd.price) {
                return Err(Refusal::PriceChanged { price: cmd.price }.into());
            }
            let account = ledger::open_user::<Rub>(tx, who)?;
            let mut balance = Money::from_minor(account.available());
            if planted::is(Plant::BalanceUnchecked) {
                balance = ANY_BALANCE;
            }
            // The balance comes last in the order of refusals, and is locked only for those who
            // get that far.
            let decision = order.decide_take(&takes, who, now, cmd.price, balance)?;
            let TakeDecision::Charge { slot, price } = decision else {
                return Ok(taken(order, stored.takes, balance, false));
            };
            let take = Take {
                executor: who,
                slot,
                taken_at: now,
                price,
                refunded_at: None,
            };
            let after = write(tx, &stored, takes, take, cmd)?;
            let left = balance.checked_sub(price).unwrap_or(Money::ZERO);
            Ok(taken(&after.order, after.takes, left, true))
        }
    }
}

fn taken(order: &Order, takes: i64, balance: Money<Rub>, charged: bool) -> Taken {
    Taken {
        success: true,
        contact: order.contact.shown().to_owned(),
        executor_count: takes,
        new_balance: balance.major_floor(),
        charged,
    }
}

/// Take, order, money, event and audit row.
fn write(
    tx: &mut Tx<'_>,
    stored: &Locked<Stored>,
    mut takes: Vec<Take>,
    take: Take,
    cmd: &TakeOrder,
) -> Result<Stored> {
    takes.push(take);
    let mut after = Stored::clone(stored);
    after.takes = after.takes.saturating_add(1);
    after.order.first_take_at = after.order.first_take_at.or(Some(take.taken_at));
    after.taken_by = view::taken_by(&takes);
    takes::insert(tx, &after.order, &take)?;
    orders::save_taken(tx, stored, &after)?;
    charge(tx, &after.order, &take)?;
    if planted::is(Plant::ContactInLog) {
        tracing::info!(contact = after.order.contact.shown(), "taken");
    }
    tx.signal(remind::REMIND);
    let concerns = Concerns {
        executor: Some(take.executor),
        ..Concerns::default()
    };
    announce::publish(tx, events::ORDER_TAKEN, &after, cmd.price, concerns)?;
    let details = format!(
        r#"{{"slot":{},"price_minor":{}}}"#,
        take.slot,
        take.price.minor()
    );
    record(tx, &cmd.by, TAKE, &after.order.id, &details)?;
    Ok(after)
}

/// Moves the price from the executor. A transfer's name can exist once, so a take cannot be
/// charged twice whatever else goes wrong.
fn charge(tx: &mut Tx<'_>, order: &Order, take: &Take) -> Result<()> {
    if !take.price.is_positive() {
        return Ok(());
    }
    let transfer = Transfer {
        op: &format!("services.take:{}:{}", order.id, take.executor),
        leg: 0,
        kind: TAKE,
        debit: &AccountId::user(take.executor, Rub::CODE),
        credit: &revenue(),
        amount: take.price,
        meta: &format!(r#"{{"order_id":"{}"}}"#, order.id),
    };
    Ok(ledger::transfer(tx, &transfer)?)
}
