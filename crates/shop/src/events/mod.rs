//! What others may learn: the bot, outgoing webhooks, and other markets through the application.
//!
//! An event carries nothing by which a person could be reached, and no keys of digital goods.

pub mod view;

use crate::domain::{Item, Order, OrderId, PayWith, ProductId, Status};
use serde::Serialize;
use torg_platform::UserId;
use torg_platform::money::{Decimal, DecimalRub, Rub};

/// An order was made; its stock is promised.
pub const ORDER_RESERVED: &str = "shop.order_reserved";
/// The customer wants to pay, or to pay in another way.
pub const PAYMENT_REQUESTED: &str = "shop.payment_requested";
/// The payment was begun.
pub const PAYMENT_STARTED: &str = "shop.payment_started";
/// The money is there and the goods are the customer's.
pub const ORDER_PAID: &str = "shop.order_paid";
/// Given up, or its payment failed; the stock is free again.
pub const ORDER_CANCELED: &str = "shop.order_canceled";
/// Not paid in time; the stock is free again.
pub const ORDER_EXPIRED: &str = "shop.order_expired";
/// The goods are on their way.
pub const ORDER_FULFILLED: &str = "shop.order_fulfilled";
/// The goods have arrived.
pub const ORDER_DELIVERED: &str = "shop.order_delivered";
/// All of the money was given back.
pub const ORDER_REFUNDED: &str = "shop.order_refunded";
/// Some of the money was given back.
pub const ORDER_PARTLY_REFUNDED: &str = "shop.order_partly_refunded";
/// Money came that buys nothing, and goes back.
pub const PAYMENT_RETURNED: &str = "shop.payment_returned";
/// Of a product less than its mark can be ordered.
pub const STOCK_LOW: &str = "shop.stock_low";

/// All of them.
pub const ALL: [&str; 12] = [
    ORDER_RESERVED,
    PAYMENT_REQUESTED,
    PAYMENT_STARTED,
    ORDER_PAID,
    ORDER_CANCELED,
    ORDER_EXPIRED,
    ORDER_FULFILLED,
    ORDER_DELIVERED,
    ORDER_REFUNDED,
    ORDER_PARTLY_REFUNDED,
    PAYMENT_RETURNED,
    STOCK_LOW,
];

/// The payload of every event about an order, version 1.
#[derive(Debug, Serialize)]
pub struct OrderEvent<'a> {
    /// Which.
    pub order_id: &'a OrderId,
    /// Who ordered; none for a guest.
    pub customer_id: Option<UserId>,
    /// Where it is now.
    pub status: Status,
    /// What is to be paid, or was.
    pub total: DecimalRub,
    /// What was given back.
    pub refunded: DecimalRub,
    /// Code of the currency.
    pub currency: &'static str,
    /// How it is to be paid, once known.
    pub pay_with: Option<PayWith>,
    /// What was ordered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<LineOfEvent<'a>>,
    /// More about it, for people.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub note: &'a str,
}

/// A line of an order.
#[derive(Debug, Serialize)]
pub struct LineOfEvent<'a> {
    product_id: &'a ProductId,
    quantity: i64,
}

impl<'a> OrderEvent<'a> {
    /// The order as it is now. Lines are told when the order is made and when it is paid.
    pub fn new(order: &'a Order, items: &'a [Item], note: &'a str) -> Self {
        let line = |item: &'a Item| LineOfEvent {
            product_id: &item.product,
            quantity: item.quantity,
        };
        Self {
            order_id: &order.id,
            customer_id: order.customer,
            status: order.status,
            total: Decimal(order.totals.total),
            refunded: Decimal(order.refunded),
            currency: <Rub as torg_platform::money::Currency>::CODE,
            pay_with: order.pay_with,
            items: items.iter().map(line).collect(),
            note,
        }
    }
}
