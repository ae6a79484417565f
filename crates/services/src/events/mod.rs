//! What others may learn: live subscribers, the bot, and other markets through the application.
//!
//! An event carries the order as everybody may see it, never its contact.

pub mod view;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use torg_platform::UserId;
use view::OrderView;

/// A customer has posted an order.
pub const ORDER_CREATED: &str = "services.order_created";
/// The customer has changed its text.
pub const ORDER_UPDATED: &str = "services.order_updated";
/// The customer has taken it back before anybody paid, or the staff has taken it out: then
/// everybody in `refunded` has the money back.
pub const ORDER_DELETED: &str = "services.order_deleted";
/// An executor has paid for the contact; `takes` says whether it is full now.
pub const ORDER_TAKEN: &str = "services.order_taken";
/// The customer has answered.
pub const ORDER_RESPONDED: &str = "services.order_responded";
/// The customer says that the job is done.
pub const ORDER_COMPLETED: &str = "services.order_completed";
/// Its hour is over, or the customer has closed it after an answer.
pub const ORDER_EXPIRED: &str = "services.order_expired";
/// Nobody was answered: everybody in `refunded` has the money back.
pub const ORDER_CLOSED: &str = "services.order_closed";
/// The staff has given the money of one take back: that of `refunded`.
pub const TAKE_REFUNDED: &str = "services.take_refunded";

/// The customer has given stars to an executor: [`ReviewLeft`].
pub const REVIEW_LEFT: &str = "services.review_left";
/// The staff has hidden a review: [`ReviewLeft`].
pub const REVIEW_HIDDEN: &str = "services.review_hidden";
/// The staff shows a review again: [`ReviewLeft`].
pub const REVIEW_SHOWN: &str = "services.review_shown";
/// Somebody has asked in the chat for an invoice: [`Invoice`].
pub const INVOICE_OPENED: &str = "services.invoice_opened";
/// An invoice was paid and credited: [`Invoice`].
pub const INVOICE_PAID: &str = "services.invoice_paid";

/// All that are about the life of an order.
pub const ALL: [&str; 9] = [
    ORDER_CREATED,
    ORDER_UPDATED,
    ORDER_DELETED,
    ORDER_TAKEN,
    ORDER_RESPONDED,
    ORDER_COMPLETED,
    ORDER_EXPIRED,
    ORDER_CLOSED,
    TAKE_REFUNDED,
];

/// All that are about a review.
pub const REVIEWS: [&str; 3] = [REVIEW_LEFT, REVIEW_HIDDEN, REVIEW_SHOWN];

/// The payload of every event of this market's orders, version 1.
#[derive(Debug, Serialize)]
pub struct OrderEvent<'a> {
    /// The order as everybody may see it.
    pub order: OrderView<'a>,
    /// Slug of its category, for topics.
    pub category: &'static str,
    /// Slug of the category that an edit has moved it out of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category_before: Option<&'static str>,
    /// Its city, folded, for topics.
    pub city_key: &'a str,
    /// Who posted it. Not for live subscribers.
    pub customer_id: UserId,
    /// How many have taken it.
    pub takes: i64,
    /// Who took it just now, or completed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executor_id: Option<UserId>,
    /// Who got the price of the take back.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub refunded: &'a [UserId],
}

/// The same as it is read back.
#[derive(Debug, Deserialize)]
pub struct ReadOrderEvent<'a> {
    /// [`OrderEvent::order`], as JSON.
    #[serde(borrow)]
    pub order: &'a RawValue,
    /// [`OrderEvent::category`].
    pub category: Cow<'a, str>,
    /// [`OrderEvent::category_before`].
    #[serde(default)]
    pub category_before: Option<Cow<'a, str>>,
    /// [`OrderEvent::city_key`].
    pub city_key: Cow<'a, str>,
    /// [`OrderEvent::customer_id`].
    pub customer_id: UserId,
    /// [`OrderEvent::takes`].
    pub takes: i64,
    /// [`OrderEvent::executor_id`].
    #[serde(default)]
    pub executor_id: Option<UserId>,
    /// [`OrderEvent::refunded`].
    #[serde(default)]
    pub refunded: Vec<UserId>,
}

/// The payload of [`REVIEWS`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewLeft {
    /// Which order.
    pub order_id: String,
    /// Who was reviewed.
    pub executor_id: UserId,
    /// 1 to 5.
    pub rating: i64,
}

/// The payload of [`INVOICE_OPENED`] and [`INVOICE_PAID`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Which payment.
    pub payment_id: String,
    /// Whose balance.
    pub user_id: UserId,
}
