//! A provider reports: the money is there, or it will not come.
//!
//! Money that is there ends in goods or goes back, however late it is and whatever else has
//! happened to the order:
//!
//! | the order is | the money came | the payment failed |
//! |---|---|---|
//! | open | paid | canceled, the stock is free |
//! | over, and the goods are there | paid | nothing |
//! | over, and the goods are gone | the money goes back | nothing |
//! | paid before | the money goes back | nothing |
//!
//! The kernel calls each of these once per payment; the order's row is locked first.

use super::end_orders::{Ending, end_orders};
use super::{By, accounts, announce, deliver, expire_orders, stock};
use crate::domain::{Command, CouponCode, Order, OrderId, Refusal, Status};
use crate::error::Result;
use crate::events;
use crate::metrics::Counters;
use crate::store::{coupons, orders};
use torg_platform::db::{Locked, Tx};
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::payments::{self, Due, NewRefund, Payee, Payment, Provenance};
use torg_platform::planted::{self, Plant};

/// What the kernel's payments are for.
pub const PURPOSE: &str = "shop.order";

/// The shop, as it is paid.
#[derive(Debug, Clone)]
pub(crate) struct ShopPayee {
    pub(crate) counters: Counters,
}

impl Payee for ShopPayee {
    fn purpose(&self) -> &'static str {
        PURPOSE
    }

    fn lock(&self, tx: &mut Tx<'_>, subject: &str) -> torg_platform::Result<Option<Due>> {
        let Some(id) = OrderId::parse(subject) else {
            return Ok(None);
        };
        let order = orders::lock(tx, &id)?;
        // What is over or paid is still due something: whoever pays it all the same is paid back.
        Ok(order.map(|order| Due {
            amount_minor: order.totals.total.minor(),
            currency: Rub::CODE.to_owned(),
            payer: order.customer,
        }))
    }

    fn objection(
        &self,
        tx: &mut Tx<'_>,
        payment: &Payment,
    ) -> torg_platform::Result<Option<&'static str>> {
        let Some(id) = OrderId::parse(&payment.subject) else {
            return Ok(Some("order_over"));
        };
        let Some(order) = orders::lock(tx, &id)? else {
            return Ok(Some("order_over"));
        };
        let status = order.status_at(tx.now());
        let word = if status.was_paid() {
            Some("order_paid")
        } else if !status.is_open() {
            Some("order_over")
        } else if order.totals.total.minor() != payment.amount_minor {
            Some("order_changed")
        } else {
            None
        };
        Ok(word)
    }

    fn paid(
        &self,
        tx: &mut Tx<'_>,
        payment: &Payment,
        from: &Provenance<'_>,
    ) -> torg_platform::Result<()> {
        let by = By::system(&format!("provider/{}", from.provider));
        Ok(paid(tx, payment, &by, &self.counters)?)
    }

    fn failed(&self, tx: &mut Tx<'_>, payment: &Payment) -> torg_platform::Result<()> {
        Ok(failed(tx, payment, &self.counters)?)
    }
}

/// The order of a payment, locked, with its end written down if its time is over.
fn order_of(tx: &mut Tx<'_>, payment: &Payment, counters: &Counters) -> Result<Locked<Order>> {
    let missing = || torg_platform::Error::internal("a payment of no order");
    let id = OrderId::parse(&payment.subject).ok_or_else(missing)?;
    let order = orders::lock(tx, &id)?.ok_or_else(missing)?;
    if order.status == order.status_at(tx.now()) {
        return Ok(order);
    }
    let ending = Ending {
        order: &order,
        command: Command::Expire,
        note: expire_orders::NOTE,
    };
    end_orders(tx, &[ending], counters)?;
    Ok(orders::lock(tx, &id)?.ok_or_else(missing)?)
}

fn paid(tx: &mut Tx<'_>, payment: &Payment, by: &By, counters: &Counters) -> Result<()> {
    let order = order_of(tx, payment, counters)?;
    let amount = Money::from_minor(payment.amount_minor);
    accounts::book_payment(tx, &order, &payment.provider, &payment.id, amount)?;
    let buys = amount == order.totals.total && !order.status.was_paid();
    payments::withdraw_open(tx, PURPOSE, order.id.as_str())?;
    let bought = if buys {
        buy(tx, &order, payment)?
    } else {
        None
    };
    match bought {
        Some(next) => {
            let items = orders::items(tx, &order.id)?;
            let next = deliver::deliver(tx, next, &items)?;
            orders::save(tx, &order, &next)?;
            announce::publish(tx, events::ORDER_PAID, &next, &items, "")?;
            tx.count(&counters.paid);
            tx.count(&counters.moved);
            Ok(by.did(tx, "shop.pay_order", &announce::subject(&next), "{}")?)
        }
        None => give_back(tx, &order, payment, by),
    }
}

/// Takes the goods out of the store for a payment: those that are promised to the order, or, when
/// it is over, others of the same. Nothing when they are gone, or its coupon is.
fn buy(tx: &mut Tx<'_>, order: &Locked<Order>, payment: &Payment) -> Result<Option<Order>> {
    let items = orders::items(tx, &order.id)?;
    let (command, note) = if order.status.is_open() {
        stock::sell(tx, &order.id, &items)?;
        (Command::Pay, payment.provider.clone())
    } else {
        // The coupon and then the stock, all of it or none.
        let taken: Result<()> = tx.nested(|tx| {
            let code = order.coupon.as_deref().and_then(CouponCode::parse);
            if let Some(code) = code
                && !coupons::consume_again(tx, &order.id, &code)?
            {
                return Err(Refusal::CouponUsedUp.into());
            }
            stock::sell_unreserved(tx, &order.id, &items)
        });
        match taken {
            Ok(()) => (Command::PayLate, format!("{}, late", payment.provider)),
            Err(error) if error.refusal().is_some() => return Ok(None),
            Err(error) => return Err(error),
        }
    };
    let mut next = order.step(command, tx.now(), note)?;
    next.payment_id = Some(payment.id.clone());
    Ok(Some(next))
}

/// Sends back money that buys nothing.
fn give_back(tx: &mut Tx<'_>, order: &Locked<Order>, payment: &Payment, by: &By) -> Result<()> {
    let note = if order.status.was_paid() {
        "paid before, the money goes back"
    } else {
        "paid too late, the money goes back"
    };
    let next = order.note(tx.now(), "payment_returned", note);
    let op = format!("shop.return:{}", payment.id);
    let amount = Money::from_minor(payment.amount_minor);
    let locked = payments::lock(tx, &payment.id)?;
    let locked = locked.ok_or_else(|| torg_platform::Error::internal("no payment"))?;
    let refund = NewRefund {
        op: &op,
        amount_minor: payment.amount_minor,
        reason: note,
        by: &by.actor,
    };
    payments::refund(tx, &locked, &refund)?;
    let clearing = payments::clearing_account(&payment.provider, Rub::CODE);
    accounts::book_refund(tx, &next, &op, &clearing, amount)?;
    orders::save(tx, order, &next)?;
    announce::publish(tx, events::PAYMENT_RETURNED, &next, &[], note)?;
    Ok(by.did(tx, "shop.return_payment", &announce::subject(&next), "{}")?)
}

fn failed(tx: &mut Tx<'_>, payment: &Payment, counters: &Counters) -> Result<()> {
    let order = order_of(tx, payment, counters)?;
    if planted::is(Plant::LateFailureWins) && order.status == Status::Paid {
        let mut undone = order.note(tx.now(), "canceled", "the payment failed");
        (undone.status, undone.paid_at) = (Status::Canceled, None);
        return Ok(orders::save(tx, &order, &undone)?);
    }
    if !matches!(order.status, Status::Reserved | Status::PaymentPending) {
        return Ok(());
    }
    let ending = Ending {
        order: &order,
        command: Command::FailPayment,
        note: "the payment failed",
    };
    end_orders(tx, &[ending], counters)?;
    Ok(())
}
