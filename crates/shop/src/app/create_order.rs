//! A customer orders: the stock is promised, prices are kept, and the order waits for its payment.
//!
//! All of it is one unit: if it stops half way nothing has happened, and if it comes twice with one
//! key the second gets the first one's answer. Products are locked by name, so two orders never
//! wait for each other; what is promised is refused by the database if it is not there.

use super::{By, accounts, announce, deliver, stock};
use crate::domain::{
    Command, Coupon, Item, NewOrder, Order, OrderId, PayWith, Product, ProductId, Refusal, Totals,
};
use crate::error::Result;
use crate::events;
use crate::metrics::Counters;
use crate::store::{coupons, orders, products};
use std::time::Duration;
use torg_platform::db::{Locked, Tx};
use torg_platform::money::{Money, Rub};
use torg_platform::settings::Gate;

/// Order this.
#[derive(Debug, Clone)]
pub struct CreateOrder {
    /// Its name, drawn before, because a unit of work may run again.
    pub id: OrderId,
    /// Names of its lines, at least as many as there are.
    pub item_ids: Vec<String>,
    /// Who orders.
    pub by: By,
    /// What is ordered.
    pub new: NewOrder,
    /// What the customer has agreed to pay for one of each line; none when he takes the prices as
    /// they are.
    pub seen: Option<Vec<Money<Rub>>>,
    /// How it is paid when the customer has not said how.
    pub pay_with: Option<PayWith>,
    /// How long its stock is promised while it is not paid.
    pub kept: Duration,
    /// Refuses while the market is paused.
    pub gate: Gate,
}

/// Makes an order. Paid at once when the customer pays from the balance or nothing is to be paid.
///
/// # Errors
/// In this order: 503 `market_paused`, [`Refusal::CouponUnknown`], [`Refusal::ProductUnavailable`],
/// [`Refusal::PricesChanged`], [`Refusal::InsufficientStock`], what the coupon refuses,
/// [`Refusal::TooExpensive`], [`Refusal::InsufficientBalance`].
pub(crate) fn create_order(
    tx: &mut Tx<'_>,
    cmd: &CreateOrder,
    counters: &Counters,
) -> Result<(Order, Vec<Item>)> {
    cmd.gate.open(tx)?;
    let coupon = match &cmd.new.coupon {
        Some(code) => Some(coupons::lock(tx, code)?.ok_or(Refusal::CouponUnknown)?),
        None => None,
    };
    let found = find_products(tx, cmd)?;
    let items = lines(cmd, &found);
    let order = order(tx, cmd, &items, coupon.as_ref())?;
    for (product, item) in found.iter().zip(&items) {
        stock::reserve(tx, product, item.quantity)?;
    }
    orders::insert(tx, &order, &items)?;
    if let Some(coupon) = &coupon
        && !coupons::consume(tx, coupon, &order.id)?
    {
        return Err(Refusal::CouponUsedUp.into());
    }
    tx.count(&counters.orders);
    announce::publish(tx, events::ORDER_RESERVED, &order, &items, "")?;
    let at_once = order.pay_with == Some(PayWith::Balance) || !order.totals.total.is_positive();
    if !at_once {
        return Ok((order, items));
    }
    let order = pay_at_once(tx, cmd, &order.id, &items, counters)?;
    Ok((order, items))
}

/// The products of all lines, each for sale and with enough of it, in the order of the lines.
fn find_products(tx: &mut Tx<'_>, cmd: &CreateOrder) -> Result<Vec<Locked<Product>>> {
    let wanted: Vec<(&ProductId, i64)> = cmd
        .new
        .lines
        .iter()
        .map(|l| (&l.product, l.quantity))
        .collect();
    let ids: Vec<&ProductId> = wanted.iter().map(|(id, _)| *id).collect();
    let found = products::lock_sorted(tx, &ids)?;
    let for_sale = |id: &ProductId| found.iter().any(|p| p.id == *id && p.is_active);
    let missing: Vec<ProductId> = ids
        .into_iter()
        .filter(|id| !for_sale(id))
        .cloned()
        .collect();
    if !missing.is_empty() {
        return Err(Refusal::ProductUnavailable { products: missing }.into());
    }
    let products = repriced(cmd, &found);
    if !products.is_empty() {
        return Err(Refusal::PricesChanged { products }.into());
    }
    let short = stock::short(&found, &wanted);
    if !short.is_empty() {
        return Err(Refusal::InsufficientStock { short }.into());
    }
    Ok(found)
}

/// The products that cost something else than the customer has agreed to. They are locked, so
/// what they cost now they cost until the order is there.
fn repriced(cmd: &CreateOrder, found: &[Locked<Product>]) -> Vec<ProductId> {
    let pairs = found.iter().zip(cmd.seen.iter().flatten());
    let changed = pairs.filter(|(product, seen)| product.price != **seen);
    changed.map(|(product, _)| product.id.clone()).collect()
}

/// The lines with names and prices as they are now. Products and lines are both sorted by name.
fn lines(cmd: &CreateOrder, found: &[Locked<Product>]) -> Vec<Item> {
    let line =
        |((product, wanted), id): ((&Locked<Product>, &crate::domain::Wanted), &String)| Item {
            id: id.clone(),
            product: product.id.clone(),
            name: product.name.clone(),
            quantity: wanted.quantity,
            price: product.price,
            is_digital: product.is_digital,
        };
    found
        .iter()
        .zip(&cmd.new.lines)
        .zip(&cmd.item_ids)
        .map(line)
        .collect()
}

fn order(
    tx: &Tx<'_>,
    cmd: &CreateOrder,
    items: &[Item],
    coupon: Option<&Locked<Coupon>>,
) -> Result<Order> {
    let now = tx.now();
    let prices = || items.iter().map(|item| (item.quantity, item.price));
    let discount = match coupon {
        Some(coupon) => Some(coupon.apply(Totals::of(prices(), None)?.items, now)?),
        None => None,
    };
    let totals = Totals::of(prices(), discount.as_ref())?;
    let code = coupon.map(|coupon| &coupon.code);
    let mut order = Order::reserved(cmd.id.clone(), &cmd.new, totals, code, (now, cmd.kept));
    order.pay_with = cmd.new.pay_with.or(cmd.pay_with);
    Ok(order)
}

/// Pays a new order from the balance, or for nothing.
fn pay_at_once(
    tx: &mut Tx<'_>,
    cmd: &CreateOrder,
    id: &OrderId,
    items: &[Item],
    counters: &Counters,
) -> Result<Order> {
    let reserved = orders::lock(tx, id)?.ok_or(Refusal::OrderNotFound)?;
    let paid = reserved.step(Command::Pay, tx.now(), "")?;
    stock::sell(tx, id, items)?;
    let paid = deliver::deliver(tx, paid, items)?;
    orders::save(tx, &reserved, &paid)?;
    if let (true, Some(user)) = (paid.totals.total.is_positive(), paid.customer) {
        accounts::pay_from_balance(tx, &paid, user)?;
    }
    announce::publish(tx, events::ORDER_PAID, &paid, items, "")?;
    tx.count(&counters.paid);
    cmd.by
        .did(tx, "shop.pay_order", &announce::subject(&paid), "{}")?;
    Ok(paid)
}
