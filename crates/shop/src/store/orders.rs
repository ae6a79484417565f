//! Orders and their lines.

use super::{column, json};
use crate::domain::{Entry, Item, Order, OrderId, PayWith, ProductId, Status, Totals};
use torg_platform::db::{Changed, Column, FromColumn, FromRow, Locked, Result, Row, Tx};
use torg_platform::money::{Money, Rub};
use torg_platform::{Timestamp, UserId};

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, customer_id, user_email, status, items_total_minor, discount_minor, \
             total_minor, refunded_minor, coupon_code, address, pay_with, payment_id, version, \
             timeline, expires_at, paid_at, created_at, updated_at FROM shop_orders ",
            $rest
        )
    };
}

torg_platform::row! {
    struct ItemRow {
        order_id: OrderId,
        id: String,
        product_id: ProductId,
        name: String,
        quantity: i64,
        price_minor: Money<Rub>,
        is_digital: bool,
    }
}

torg_platform::sql! {
    /// The order of that name.
    pub(crate) fn find(id: &OrderId) -> Option<Order> = columns!("WHERE id = $1");
    /// The order of that name, to be changed.
    pub(crate) fn lock(id: &OrderId) -> Option<Locked<Order>> = columns!("WHERE id = $1 FOR UPDATE");
    fn select_due(now: Timestamp, limit: i64) -> Vec<Locked<Order>> =
        columns!("WHERE deadline_at <= $1 ORDER BY deadline_at LIMIT $2 FOR UPDATE SKIP LOCKED");
    /// When the time of some order is over next.
    pub(crate) fn next_deadline() -> Option<Timestamp> =
        "SELECT deadline_at FROM shop_orders WHERE deadline_at IS NOT NULL
         ORDER BY deadline_at LIMIT 1";
    /// Orders of `customer` before a place in the list, newest first.
    pub(crate) fn of_customer(
        customer: UserId, before: Timestamp, before_id: &str, limit: i64,
    ) -> Vec<Order> =
        columns!("WHERE customer_id = $1 AND (created_at, id) < ($2, $3)
                  ORDER BY created_at DESC, id DESC LIMIT $4");
    /// When the order of `customer` was made that has `newer` newer ones, if there is one.
    pub(crate) fn nth_newest(customer: UserId, newer: i64) -> Option<Timestamp> =
        "SELECT created_at FROM shop_orders WHERE customer_id = $1
         ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET $2";
    /// Where the newest order of `customer` went that had an address.
    pub(crate) fn last_address(customer: UserId) -> Option<(OrderId, String)> =
        "SELECT id, address FROM shop_orders WHERE customer_id = $1 AND address IS NOT NULL
         ORDER BY created_at DESC, id DESC LIMIT 1";
    /// Everybody's orders before a place in the list, newest first; of any status when `status`
    /// is empty.
    pub(crate) fn all(
        status: &str, before: Timestamp, before_id: &str, limit: i64,
    ) -> Vec<Order> =
        columns!("WHERE ($1 = '' OR status = $1) AND (created_at, id) < ($2, $3)
                  ORDER BY created_at DESC, id DESC LIMIT $4");

    fn insert_row(
        id: &OrderId, customer: Option<UserId>, email: Option<&str>, status: Status,
        items: Money<Rub>, discount: Money<Rub>, total: Money<Rub>, coupon: Option<&str>,
        address: Option<&str>, pay_with: Option<PayWith>, version: i64, timeline: &str,
        expires_at: Timestamp, deadline_at: Option<Timestamp>, paid_at: Option<Timestamp>,
        now: Timestamp,
    ) -> () =
        "INSERT INTO shop_orders (id, customer_id, user_email, status, items_total_minor,
            discount_minor, total_minor, refunded_minor, coupon_code, address, pay_with, version,
            timeline, expires_at, deadline_at, paid_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)";
    fn insert_item(
        order: &OrderId, line: i64, id: &str, product: &ProductId, name: &str, quantity: i64,
        price: Money<Rub>, is_digital: bool,
    ) -> () =
        "INSERT INTO shop_order_items
           (order_id, line, id, product_id, name, quantity, price_minor, is_digital)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    fn update_row(
        id: &OrderId, was_version: i64, was: Status, status: Status, refunded: Money<Rub>,
        pay_with: Option<PayWith>, payment_id: Option<&str>, version: i64, timeline: &str,
        deadline_at: Option<Timestamp>, paid_at: Option<Timestamp>, now: Timestamp,
    ) -> Changed =
        "UPDATE shop_orders SET status = $4, refunded_minor = $5, pay_with = $6, payment_id = $7,
            version = $8, timeline = $9, deadline_at = $10, paid_at = $11, updated_at = $12
         WHERE id = $1 AND version = $2 AND status = $3";
    fn select_items(order: &OrderId) -> Vec<ItemRow> =
        "SELECT order_id, id, product_id, name, quantity, price_minor, is_digital
         FROM shop_order_items WHERE order_id = $1 ORDER BY line";
}

/// Orders whose time is over and nobody has written that down, oldest first; those that somebody
/// else works on are left out.
pub(crate) fn lock_due(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Locked<Order>>> {
    let now = tx.now();
    select_due(tx, now, limit)
}

/// The lines of an order. They never change, so nobody locks them.
pub(crate) fn items(tx: &mut Tx<'_>, id: &OrderId) -> Result<Vec<Item>> {
    let rows = select_items(tx, id)?;
    Ok(rows.into_iter().map(Item::from).collect())
}

/// Stores a new order with its lines.
pub(crate) fn insert(tx: &mut Tx<'_>, order: &Order, items: &[Item]) -> Result<()> {
    insert_row(
        tx,
        &order.id,
        order.customer,
        order.email.as_deref(),
        order.status,
        order.totals.items,
        order.totals.discount,
        order.totals.total,
        order.coupon.as_deref(),
        order.address.as_deref(),
        order.pay_with,
        order.version,
        &timeline(order),
        order.expires_at,
        deadline(order),
        order.paid_at,
        order.created_at,
    )?;
    for (line, item) in (1..).zip(items) {
        insert_item(
            tx,
            &order.id,
            line,
            &item.id,
            &item.product,
            &item.name,
            item.quantity,
            item.price,
            item.is_digital,
        )?;
    }
    Ok(())
}

/// Writes the next state of an order over `was`.
pub(crate) fn save(tx: &mut Tx<'_>, was: &Locked<Order>, next: &Order) -> Result<()> {
    let now = tx.now();
    let _one: Changed = update_row(
        tx,
        &was.id,
        was.version,
        was.status,
        next.status,
        next.refunded,
        next.pay_with,
        next.payment_id.as_deref(),
        next.version,
        &timeline(next),
        deadline(next),
        next.paid_at,
        now,
    )?;
    Ok(())
}

fn deadline(order: &Order) -> Option<Timestamp> {
    order.status.is_open().then_some(order.expires_at)
}

fn timeline(order: &Order) -> String {
    serde_json::json!(order.timeline).to_string()
}

impl From<ItemRow> for Item {
    fn from(row: ItemRow) -> Self {
        Self {
            id: row.id,
            product: row.product_id,
            name: row.name,
            quantity: row.quantity,
            price: row.price_minor,
            is_digital: row.is_digital,
        }
    }
}

impl FromRow for Order {
    const COLUMNS: &'static [Column] = &[
        column::<OrderId>("id"),
        column::<Option<UserId>>("customer_id"),
        column::<Option<String>>("user_email"),
        column::<Status>("status"),
        column::<Money<Rub>>("items_total_minor"),
        column::<Money<Rub>>("discount_minor"),
        column::<Money<Rub>>("total_minor"),
        column::<Money<Rub>>("refunded_minor"),
        column::<Option<String>>("coupon_code"),
        column::<Option<String>>("address"),
        column::<Option<PayWith>>("pay_with"),
        column::<Option<String>>("payment_id"),
        column::<i64>("version"),
        column::<String>("timeline"),
        column::<Timestamp>("expires_at"),
        column::<Option<Timestamp>>("paid_at"),
        column::<Timestamp>("created_at"),
        column::<Timestamp>("updated_at"),
    ];

    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: OrderId::from_column(row, 0)?,
            customer: Option::from_column(row, 1)?,
            email: Option::from_column(row, 2)?,
            status: Status::from_column(row, 3)?,
            totals: Totals {
                items: Money::from_column(row, 4)?,
                discount: Money::from_column(row, 5)?,
                total: Money::from_column(row, 6)?,
            },
            refunded: Money::from_column(row, 7)?,
            coupon: Option::from_column(row, 8)?,
            address: Option::from_column(row, 9)?,
            pay_with: Option::from_column(row, 10)?,
            payment_id: Option::from_column(row, 11)?,
            version: i64::from_column(row, 12)?,
            timeline: json::<Vec<Entry>>(row, 13, "timeline")?,
            expires_at: Timestamp::from_column(row, 14)?,
            paid_at: Option::from_column(row, 15)?,
            created_at: Timestamp::from_column(row, 16)?,
            updated_at: Timestamp::from_column(row, 17)?,
        })
    }
}
