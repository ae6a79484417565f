//! Begins a payment at its provider, after the order was committed: the one part of an order that
//! needs the network. May happen more than once per order; provider and order take it as one.

use super::announce;
use super::pay_order::open_payment;
use crate::domain::{Command, OrderId, PayWith, Status};
use crate::error::Result;
use crate::events;
use crate::store::orders;
use torg_platform::db::Tx;
use torg_platform::payments::{self, Checkout, Payment, Providers};

/// The payment to begin: none when the order is over or paid by now, or waits for its customer.
pub(crate) fn payment_to_start(
    tx: &mut Tx<'_>,
    providers: &Providers,
    id: &OrderId,
    payment_id: &str,
) -> Result<Option<Payment>> {
    let Some(order) = orders::lock(tx, id)? else {
        return Ok(None);
    };
    let Some(pay_with) = order.pay_with.filter(|way| *way != PayWith::Balance) else {
        return Ok(None);
    };
    if !order.status_at(tx.now()).is_open() {
        return Ok(None);
    }
    open_payment(tx, providers, &order, pay_with, payment_id).map(Some)
}

/// Writes down that the provider has begun, and where the customer can pay.
pub(crate) fn payment_started(
    tx: &mut Tx<'_>,
    id: &OrderId,
    payment_id: &str,
    checkout: Option<&Checkout>,
) -> Result<()> {
    let Some(order) = orders::lock(tx, id)? else {
        return Ok(());
    };
    if let Some(checkout) = checkout {
        payments::save_checkout(tx, payment_id, &checkout.to_json()?)?;
    }
    // It may have been paid, or given up, before this comes; or this has come before. Another way
    // to pay, though, is another place to pay at, which the customer is to be told of.
    let told = order.timeline.last();
    let told = told.is_some_and(|last| last.event == Status::PaymentPending.as_str());
    match order.status_at(tx.now()) {
        Status::Reserved => {}
        Status::PaymentPending if !told => {}
        Status::Created
        | Status::PaymentPending
        | Status::Paid
        | Status::Fulfilled
        | Status::Delivered
        | Status::Canceled
        | Status::Expired
        | Status::Refunded => return Ok(()),
    }
    let way = order.pay_with.map_or("", PayWith::as_str);
    let next = order.step(Command::StartPayment, tx.now(), way)?;
    orders::save(tx, &order, &next)?;
    announce::publish(tx, events::PAYMENT_STARTED, &next, &[], "")
}
