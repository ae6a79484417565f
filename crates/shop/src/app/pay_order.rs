//! A customer wants to pay: from the balance, which pays at once, or through a provider, which
//! is asked after the commit and reports later.

use super::get_order::Reader;
use super::settle_payment::PURPOSE;
use super::{By, accounts, announce, deliver, stock};
use crate::domain::{Command, Order, OrderId, PayWith, Refusal};
use crate::error::Result;
use crate::events;
use crate::metrics::Counters;
use crate::store::orders;
use torg_platform::db::{Locked, Tx};
use torg_platform::money::{Currency as _, Rub};
use torg_platform::payments::{self, NewPayment, Payment, Providers, State};
use torg_platform::settings::Gate;
use torg_telegram::texts::Lang;

/// What the payer reads.
const fn title(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "Заказ в магазине",
        Lang::En => "An order of the shop",
    }
}

/// Pay this order.
#[derive(Debug, Clone)]
pub struct PayOrder {
    /// Which.
    pub id: OrderId,
    /// Who pays.
    pub by: By,
    /// In which part.
    pub reader: Reader,
    /// How.
    pub pay_with: PayWith,
    /// Name of the payment, drawn before, because a unit of work may run again.
    pub payment_id: String,
    /// Refuses while the market is paused.
    pub gate: Gate,
}

/// Pays an order, or opens a payment for it. The payment is none when the balance has paid.
///
/// # Errors
/// [`Refusal::OrderNotFound`], 503 `market_paused`, [`Refusal::IllegalStep`],
/// [`Refusal::PaymentMethodUnavailable`], [`Refusal::InsufficientBalance`].
pub(crate) fn pay_order(
    tx: &mut Tx<'_>,
    cmd: &PayOrder,
    providers: &Providers,
    counters: &Counters,
) -> Result<(Order, Option<Payment>)> {
    let order = orders::lock(tx, &cmd.id)?.ok_or(Refusal::OrderNotFound)?;
    cmd.reader.check(&order)?;
    cmd.gate.open(tx)?;
    if cmd.pay_with == PayWith::Balance {
        let paid = from_balance(tx, &order, cmd, counters)?;
        return Ok((paid, None));
    }
    let now = tx.now();
    // The step itself is made when the provider has been reached.
    order.step(Command::StartPayment, now, "")?;
    let mut next = order.note(now, "payment_requested", cmd.pay_with.as_str());
    next.pay_with = Some(cmd.pay_with);
    orders::save(tx, &order, &next)?;
    let payment = open_payment(tx, providers, &next, cmd.pay_with, &cmd.payment_id)?;
    announce::publish(tx, events::PAYMENT_REQUESTED, &next, &[], "")?;
    Ok((next, Some(payment)))
}

/// The pending payment of the order, which the caller has locked, through this provider: the one
/// that is there, or a new one called `id`.
pub(crate) fn open_payment(
    tx: &mut Tx<'_>,
    providers: &Providers,
    order: &Order,
    pay_with: PayWith,
    id: &str,
) -> Result<Payment> {
    let known = payments::of_subject(tx, PURPOSE, order.id.as_str())?;
    let open = |p: &Payment| p.state == State::Pending && p.provider == pay_with.as_str();
    if let Some(payment) = known.into_iter().find(open) {
        return Ok(payment);
    }
    let lang = match order.customer {
        Some(user) => torg_telegram::people::language(tx, user)?,
        None => Lang::Ru,
    };
    let new = NewPayment {
        id: id.to_owned(),
        purpose: PURPOSE.to_owned(),
        subject: order.id.to_string(),
        payer: order.customer,
        provider: pay_with.as_str().to_owned(),
        currency: Rub::CODE.to_owned(),
        amount_minor: order.totals.total.minor(),
        expires_at: Some(order.expires_at),
        title: title(lang).to_owned(),
    };
    payments::open(tx, providers, &new)?;
    let opened = payments::find(tx, id)?;
    Ok(opened.ok_or_else(|| torg_platform::Error::internal("an opened payment is gone"))?)
}

fn from_balance(
    tx: &mut Tx<'_>,
    order: &Locked<Order>,
    cmd: &PayOrder,
    counters: &Counters,
) -> Result<Order> {
    let user = order.customer.ok_or(Refusal::PaymentMethodUnavailable)?;
    let mut paid = order.step(Command::Pay, tx.now(), "from the balance")?;
    paid.pay_with = Some(PayWith::Balance);
    payments::withdraw_open(tx, PURPOSE, order.id.as_str())?;
    let items = orders::items(tx, &order.id)?;
    stock::sell(tx, &order.id, &items)?;
    let paid = deliver::deliver(tx, paid, &items)?;
    orders::save(tx, order, &paid)?;
    announce::publish(tx, events::ORDER_PAID, &paid, &items, "")?;
    cmd.by
        .did(tx, "shop.pay_order", &announce::subject(&paid), "{}")?;
    accounts::pay_from_balance(tx, &paid, user)?;
    tx.count(&counters.paid);
    Ok(paid)
}
