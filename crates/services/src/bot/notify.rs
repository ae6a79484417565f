//! `services.notify`: what an order's event changes in the chats of its people.
//!
//! An event is only a reason to look: what is shown is the order as it is by now. So the same
//! event twice changes nothing, and of two that come close together the first shows both.

use super::Bot;
use super::words::Words;
use super::{customer, executor};
use crate::app::get_me;
use crate::app::offers::{self, News};
use crate::app::snapshot::{Snapshot, snapshot};
use crate::domain::{MAX_TAKES, OrderId, REMINDERS};
use crate::events::{self, Invoice, ReadOrderEvent, ReviewLeft};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use torg_platform::db::Tx;
use torg_platform::outbox::{Delivery, Failure, Sink};
use torg_platform::{Result, UserId};
use torg_telegram::content::Content;
use torg_telegram::messages::{self, Terms};
use torg_telegram::people;

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Notify(pub(crate) Bot);

/// The name of the order of an event.
#[derive(Deserialize)]
struct Named {
    id: String,
}

/// What one chat is shown.
enum Post {
    /// Kept up to date.
    Show(String, Content),
    /// Once, with a sound.
    Send(String, Content, Terms),
    /// Its buttons have had their time.
    Retire(String),
}

impl Sink for Notify {
    fn name(&self) -> &'static str {
        "services.notify"
    }

    fn wants(&self, topic: &str) -> bool {
        events::ALL.contains(&topic)
            || events::REVIEWS.contains(&topic)
            || [events::INVOICE_OPENED, events::INVOICE_PAID].contains(&topic)
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            match delivery.topic.as_str() {
                topic if events::REVIEWS.contains(&topic) => {
                    let event: ReviewLeft = read(delivery)?;
                    self.look(delivery, &event.order_id, None).await
                }
                events::INVOICE_OPENED => self.0.start_invoice(read(delivery)?).await,
                events::INVOICE_PAID => self.invoice_paid(read(delivery)?).await,
                _ => self.order_event(delivery).await,
            }
        })
    }
}

impl Notify {
    async fn order_event(&self, delivery: &Delivery) -> Result<(), Failure> {
        let event: ReadOrderEvent<'_> = serde_json::from_str(&delivery.payload).map_err(unread)?;
        let order: Named = serde_json::from_str(event.order.get()).map_err(unread)?;
        // What was done in a chat is in the lists at once, too.
        self.0.services.recent.moved();
        self.look(delivery, &order.id, event.executor_id).await
    }

    async fn look(
        &self,
        delivery: &Delivery,
        order: &str,
        executor: Option<UserId>,
    ) -> Result<(), Failure> {
        let Some(id) = OrderId::parse(order) else {
            return Err(Failure::permanent("no order has this name"));
        };
        let (bot, topic) = (self.0.clone(), delivery.topic.clone());
        let work = move |tx: &mut Tx<'_>| bot.order_changed(tx, &topic, &id, executor);
        let done = self.0.services.ctx.db.write("services.notify", work).await;
        done.map_err(|error| Failure::temporary(error.to_string()))
    }

    async fn invoice_paid(&self, event: Invoice) -> Result<(), Failure> {
        let bot = self.0.clone();
        let work = move |tx: &mut Tx<'_>| bot.show_invoice(tx, &event);
        let db = &self.0.services.ctx.db;
        let done = db.write("services.show_invoice", work).await;
        done.map_err(|error| Failure::temporary(error.to_string()))
    }
}

fn read<T: serde::de::DeserializeOwned>(delivery: &Delivery) -> Result<T, Failure> {
    serde_json::from_str(&delivery.payload).map_err(unread)
}

fn unread(error: serde_json::Error) -> Failure {
    Failure::permanent(error.to_string())
}

impl Bot {
    /// Shows everybody concerned the order as it is now.
    fn order_changed(
        &self,
        tx: &mut Tx<'_>,
        topic: &str,
        id: &OrderId,
        executor: Option<UserId>,
    ) -> Result<()> {
        let Some(order) = snapshot(tx, id)? else {
            return Ok(());
        };
        if topic == events::ORDER_CREATED {
            offers::broadcast(tx, &order, News::Offer)?;
        } else if topic == events::ORDER_UPDATED
            || !events::REVIEWS.contains(&topic) && !order.is_offered()
        {
            offers::broadcast(tx, &order, News::Change)?;
        }
        let slot = match topic == events::ORDER_TAKEN {
            true => executor.and_then(|user| order.taker(user)).map(|t| t.slot),
            false => None,
        };
        let mut posts = self.for_customer(tx, &order, slot)?;
        for taker in &order.takers {
            posts.extend(self.for_taker(tx, &order, taker.user)?);
        }
        // In the order of the chats, like everybody who writes to several.
        posts.sort_by_key(|(user, _)| *user);
        for (user, post) in posts {
            match post {
                Post::Show(key, content) => messages::show(tx, user, &key, &content).map(drop)?,
                Post::Send(key, content, terms) => {
                    messages::send(tx, user, &key, &content, terms).map(drop)?;
                }
                Post::Retire(key) => retire(tx, &key)?,
            }
        }
        Ok(())
    }

    /// In which words `user` is written to; none when the bot cannot write to them.
    pub(super) fn words_of(&self, tx: &mut Tx<'_>, user: UserId) -> Result<Option<Words>> {
        match messages::can_reach(tx, user)? {
            true => Ok(Some(Words(people::language(tx, user)?))),
            false => Ok(None),
        }
    }

    /// `slot`: who has just taken it.
    fn for_customer(
        &self,
        tx: &mut Tx<'_>,
        order: &Snapshot,
        slot: Option<i64>,
    ) -> Result<Vec<(UserId, Post)>> {
        let (customer, id) = (order.order.customer, order.order.id.as_str());
        let Some(words) = self.words_of(tx, customer)? else {
            return Ok(Vec::new());
        };
        let content = customer::view::timeline(words, &self.links, order);
        let mut posts = vec![Post::Show(customer::view::key(id), content)];
        // The first one is announced by the first reminder.
        if let Some(slot) = slot.filter(|slot| *slot > 1 && order.over_since().is_none()) {
            let terms = Terms {
                expires_at: Some(order.order.expires_at()),
                once: false,
            };
            let content = customer::view::one_more(words, order, slot);
            posts.push(Post::Send(
                customer::view::taken_key(id, slot),
                content,
                terms,
            ));
        }
        if order.removed {
            let (key, content) = (
                customer::view::removed_key(id),
                customer::view::removed(words, order),
            );
            posts.push(Post::Send(key, content, Terms::default()));
        }
        if !order.state.may_refund() && !order.takers.is_empty() {
            let reminders = (0..REMINDERS.len()).map(|n| customer::view::reminder_key(id, n));
            let taken = (2..=i64::from(MAX_TAKES)).map(|n| customer::view::taken_key(id, n));
            let hint = [customer::view::hint_key(id)];
            posts.extend(reminders.chain(taken).chain(hint).map(Post::Retire));
        }
        Ok(posts.into_iter().map(|post| (customer, post)).collect())
    }

    fn for_taker(
        &self,
        tx: &mut Tx<'_>,
        order: &Snapshot,
        user: UserId,
    ) -> Result<Vec<(UserId, Post)>> {
        let id = order.order.id.as_str();
        let (Some(words), Some(taker)) = (self.words_of(tx, user)?, order.taker(user)) else {
            return Ok(Vec::new());
        };
        let content = executor::view::taken(words, order, taker);
        let mut posts = vec![(user, Post::Show(executor::view::key(id, user), content))];
        if taker.refunded_at.is_some() {
            let balance = get_me::balance(tx, user)?;
            let content = executor::view::refunded(words, order, taker, balance);
            let key = executor::view::refund_key(id, user);
            posts.push((user, Post::Send(key, content, Terms::default())));
        }
        Ok(posts)
    }
}

/// Takes the buttons away; what nobody has seen yet need not be seen any more.
pub(super) fn retire(tx: &mut Tx<'_>, key: &str) -> Result<()> {
    let Some(mut content) = messages::content_of(tx, key)? else {
        return Ok(());
    };
    if content.buttons.is_empty() {
        return Ok(());
    }
    content.buttons.clear();
    messages::amend(tx, key, &content).map(drop)
}
