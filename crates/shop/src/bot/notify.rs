//! `shop.notify`: what happens to orders comes to stand in the chats of those whom it concerns.
//!
//! A customer has one message per order, edited without a sound as the order goes on. What he
//! should look at now is told besides in one line with a sound: sent anew, the whole order would
//! stand in the chat as often as it has steps, and all but the last with buttons that are over.
//! Not told is what he has just done himself: paid from the balance, canceled. Keys come in a
//! message of their own, which has the sound of the payment.
//!
//! Everything is said by the state of the order, not by the event: repeated, it says the same.

use super::say::Say;
use super::staff::{self, Place};
use super::timeline::{note, number, only_keys};
use super::{keys, order, say};
use crate::app::cancel_order::BY_CUSTOMER;
use crate::app::get_order::{Reader, get_order, hold_order};
use crate::app::state::Shop;
use crate::domain::{OrderId, PayWith, ProductId};
use crate::events::view::OrderView;
use crate::events::{
    ALL, ORDER_CANCELED, ORDER_DELIVERED, ORDER_EXPIRED, ORDER_FULFILLED, ORDER_PAID,
    ORDER_PARTLY_REFUNDED, ORDER_REFUNDED, PAYMENT_RETURNED, STOCK_LOW,
};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use std::time::Duration;
use torg_platform::db::Tx;
use torg_platform::outbox::{Delivery, Failure, Sink};
use torg_platform::{Result, UserId, auth};
use torg_telegram::content::Content;
use torg_telegram::links::Links;
use torg_telegram::messages::{self, ChatId, Terms};
use torg_telegram::{alerts, people};

/// News of yesterday are in the order itself.
const FRESH: Duration = Duration::from_hours(24);

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Notify {
    /// The market.
    pub(crate) shop: Shop,
    /// Where its bot is.
    pub(crate) links: Links,
}

/// What is read of an order's event.
#[derive(Deserialize)]
struct About {
    order_id: OrderId,
    refunded: String,
}

/// What is read of a product's.
#[derive(Deserialize)]
struct Low {
    product_id: ProductId,
    name: String,
    available: i64,
}

impl Notify {
    async fn tell(&self, delivery: &Delivery) -> Result<(), Failure> {
        let (topic, at) = (delivery.topic.clone(), delivery.created_at.micros());
        if topic == STOCK_LOW {
            let low: Low = read(delivery)?;
            let work = move |tx: &mut Tx<'_>| tell_low(tx, at, &low);
            let told = self.shop.ctx.db.write("shop.tell_low", work).await;
            return told.map_err(again);
        }
        let About { order_id, refunded } = read(delivery)?;
        // Names the event: the number of a delivery is another's once it was made.
        let name = format!("{order_id}/{topic}/{at}/{refunded}");
        // Most orders of a busy shop are made past the bot: those cost no write.
        let (order, of) = (order_id.clone(), topic.clone());
        let read = move |tx: &mut Tx<'_>| concerned(tx, &order, &of);
        let db = &self.shop.ctx.db;
        let (customer, staff) = db.read("shop.concerned", read).await.map_err(again)?;
        if customer {
            let (me, order, of) = (self.clone(), order_id.clone(), topic.clone());
            let key = name.clone();
            let work = move |tx: &mut Tx<'_>| me.tell_customer(tx, &order, &of, &key);
            let told = db.write("shop.tell_customer", work).await;
            told.map_err(again)?;
        }
        if !staff {
            return Ok(());
        }
        let me = self.clone();
        let work = move |tx: &mut Tx<'_>| me.tell_staff(tx, &order_id, &topic, &name);
        let told = db.write("shop.tell_staff", work).await;
        told.map_err(again)
    }

    /// The order's message, the news, the keys: to whoever ordered, and only to them.
    fn tell_customer(&self, tx: &mut Tx<'_>, id: &OrderId, topic: &str, event: &str) -> Result<()> {
        // Held, so that an older state of it is never shown over a newer one.
        let Some(user) = hold_order(tx, id)?.and_then(|order| order.customer) else {
            return Ok(());
        };
        let say = Say(people::language(tx, user)?);
        let order = get_order(tx, id, Reader::User(user))?;
        order::show(tx, &self.shop, say, &order)?;
        if topic == ORDER_PAID
            && let Some(keys) = keys::content(say, &order, 0)
        {
            messages::send(tx, user, &keys::key(id), &keys, Terms::default())?;
            return Ok(());
        }
        let Some(text) = news(say, &order, topic) else {
            return Ok(());
        };
        let key = format!("shop.news/{event}");
        let terms = Terms::within(tx, FRESH);
        messages::send(tx, user, &key, &Content::html(text), terms).map(drop)
    }

    /// A paid order is shown to the staff, and kept up to date where it was shown.
    fn tell_staff(&self, tx: &mut Tx<'_>, id: &OrderId, topic: &str, event: &str) -> Result<()> {
        if hold_order(tx, id)?.is_none() {
            return Ok(());
        }
        let order = get_order(tx, id, Reader::Staff(None))?;
        for (chat, lang) in alerts::recipients(tx)? {
            let key = staff_key(id, chat);
            if topic != ORDER_PAID && messages::content_of(tx, &key)?.is_none() {
                continue;
            }
            // A person's chat has the person's id, a group's is below zero.
            let place = if chat.0 < 0 {
                Place::Group(&self.links)
            } else {
                Place::Member(auth::roles(tx, UserId(chat.0))?)
            };
            let content = staff::content(tx, Say(lang), &order, place)?;
            // Nobody has to do anything about keys.
            let content = if only_keys(&order) {
                content.silent()
            } else {
                content
            };
            messages::show(tx, chat, &key, &content)?;
        }
        if topic == PAYMENT_RETURNED {
            let number = number(id);
            alerts::raise(tx, &format!("shop/{event}"), |lang| {
                let args = [("number", (&number).into())];
                Content::html(Say(lang).html("staff.payment_returned", &args))
            })?;
        }
        Ok(())
    }
}

/// Whether the bot can write to the customer of an order, and whether the staff has an interest in
/// what has happened to it: it was paid, or they were shown it before.
fn concerned(tx: &mut Tx<'_>, id: &OrderId, topic: &str) -> Result<(bool, bool)> {
    let order = get_order(tx, id, Reader::Staff(None))?;
    let customer = match order.customer_id {
        Some(user) => messages::can_reach(tx, user)?,
        None => false,
    };
    let mut staff = false;
    for chat in alerts::recipients(tx)?.into_keys() {
        let is_new = topic == ORDER_PAID || topic == PAYMENT_RETURNED;
        staff = staff || is_new || messages::content_of(tx, &staff_key(id, chat))?.is_some();
    }
    Ok((customer, staff))
}

/// Key of the message about an order in a chat of the staff.
fn staff_key(id: &OrderId, chat: ChatId) -> String {
    format!("shop.staff/{id}/{}", chat.0)
}

fn tell_low(tx: &mut Tx<'_>, at: i64, low: &Low) -> Result<()> {
    let key = format!("{STOCK_LOW}/{}/{at}", low.product_id);
    alerts::raise(tx, &key, |lang| {
        let args = [("name", (&low.name).into()), ("n", low.available.into())];
        Content::html(Say(lang).html("staff.low_stock", &args))
    })
}

/// The line with a sound, if there is something to look at.
fn news(say: Say, order: &OrderView, topic: &str) -> Option<String> {
    let last = order.timeline.last();
    let is_own = match topic {
        ORDER_PAID => order.pay_with == Some(PayWith::Balance) || !order.total.0.is_positive(),
        ORDER_CANCELED => last.is_some_and(|last| last.note == BY_CUSTOMER),
        _ => false,
    };
    let key = match topic {
        _ if is_own => return None,
        ORDER_PAID => "news.paid",
        ORDER_CANCELED => "news.canceled",
        ORDER_EXPIRED => "news.expired",
        ORDER_FULFILLED => "news.fulfilled",
        ORDER_DELIVERED => "news.delivered",
        ORDER_REFUNDED => "news.refunded",
        ORDER_PARTLY_REFUNDED => "news.partly_refunded",
        PAYMENT_RETURNED => "news.payment_returned",
        _ => return None,
    };
    let (number, sum) = (number(&order.id), say.sum(order.refunded.0));
    let mut text = say.html(key, &[("number", (&number).into()), ("sum", (&sum).into())]);
    if topic == ORDER_FULFILLED
        && let Some(words) = last.and_then(note)
    {
        text.push_str(&say.html("order.note", &[("note", (&say::cut(words, 200)).into())]));
    }
    Some(text)
}

fn read<T: serde::de::DeserializeOwned>(delivery: &Delivery) -> Result<T, Failure> {
    let wrong = |error: serde_json::Error| Failure::permanent(error.to_string());
    serde_json::from_str(&delivery.payload).map_err(wrong)
}

fn again(error: torg_platform::Error) -> Failure {
    Failure::temporary(error.to_string())
}

impl Sink for Notify {
    fn name(&self) -> &'static str {
        "shop.notify"
    }

    fn wants(&self, topic: &str) -> bool {
        ALL.contains(&topic)
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.tell(delivery))
    }
}
