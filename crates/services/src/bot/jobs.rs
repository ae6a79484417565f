//! What the bot says without anybody asking: offers to subscribers, digests, reminders.

use super::Bot;
use super::notify::retire;
use super::words::Words;
use super::{customer, executor};
use crate::app::offers::{self, Batch};
use crate::app::remind;
use crate::app::snapshot::Snapshot;
use torg_platform::db::Tx;
use torg_platform::jobs::{Reconciler, Step};
use torg_platform::{Result, Timestamp, UserId};
use torg_telegram::messages::{self, Terms};
use torg_telegram::people;

/// `services.offer`: tells subscribers of an order, and again when it cannot be taken any more.
#[derive(Debug, Clone)]
pub(crate) struct Offer(pub(crate) Bot);

/// `services.digest`: tells what came in during somebody's pause.
#[derive(Debug, Clone)]
pub(crate) struct Digest(pub(crate) Bot);

/// `services.remind`: reminds customers of those who have paid and wait.
#[derive(Debug, Clone)]
pub(crate) struct Remind(pub(crate) Bot);

fn step(more: bool) -> Step {
    match more {
        true => Step::More,
        false => Step::Done,
    }
}

impl Reconciler for Offer {
    fn name(&self) -> &'static str {
        offers::OFFER
    }

    fn next_due(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
        Ok(offers::next_batch_at(tx)?)
    }

    fn step(&self, tx: &mut Tx<'_>) -> Result<Step> {
        let bot = &self.0;
        match offers::next_batch(tx, messages::can_reach)? {
            None => return Ok(Step::Done),
            Some(Batch::Offer(order, to)) => {
                for user in to {
                    bot.offer(tx, &order, user)?;
                }
            }
            Some(Batch::Change(order, told)) => {
                for (user, digest) in told {
                    bot.offer_changed(tx, &order, user, digest)?;
                }
            }
        }
        Ok(Step::More)
    }
}

impl Reconciler for Digest {
    fn name(&self) -> &'static str {
        offers::DIGEST
    }

    fn next_due(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
        Ok(offers::next_digest_at(tx)?)
    }

    fn step(&self, tx: &mut Tx<'_>) -> Result<Step> {
        let (digests, more) = offers::due_digests(tx)?;
        for (user, orders) in digests {
            self.0.digest(tx, user, &orders)?;
        }
        Ok(step(more))
    }
}

impl Reconciler for Remind {
    fn name(&self) -> &'static str {
        remind::REMIND
    }

    fn next_due(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
        Ok(remind::next_reminder_at(tx)?)
    }

    fn step(&self, tx: &mut Tx<'_>) -> Result<Step> {
        let (due, more) = remind::due_reminders(tx)?;
        for (order, n) in due {
            self.0.remind(tx, &order, n)?;
        }
        Ok(step(more))
    }
}

impl Bot {
    fn offer(&self, tx: &mut Tx<'_>, order: &Snapshot, user: UserId) -> Result<()> {
        let words = Words(people::language(tx, user)?);
        let content = executor::view::offer(words, &self.links, order, self.services.price());
        let key = executor::view::key(order.order.id.as_str(), user);
        messages::send(tx, user, &key, &content, while_offered(order)).map(drop)
    }

    /// The offer, or the digest that it stands in, says what is so now.
    fn offer_changed(
        &self,
        tx: &mut Tx<'_>,
        order: &Snapshot,
        user: UserId,
        digest: Option<String>,
    ) -> Result<()> {
        let (words, price) = (Words(people::language(tx, user)?), self.services.price());
        if let Some(first) = digest {
            let left = offers::digest(tx, user, &first)?;
            let content = executor::view::digest(words, &left, price);
            let key = executor::view::digest_key(&first, user);
            return messages::amend(tx, &key, &content).map(drop);
        }
        if order.taker(user).is_some() {
            // Their message follows the order now.
            return Ok(());
        }
        let content = match order.is_offered() {
            true => executor::view::offer(words, &self.links, order, price),
            false => executor::view::offer_over(words, order),
        };
        let key = executor::view::key(order.order.id.as_str(), user);
        messages::amend(tx, &key, &content).map(drop)
    }

    fn digest(&self, tx: &mut Tx<'_>, user: UserId, orders: &[Snapshot]) -> Result<()> {
        let [first, rest @ ..] = orders else {
            return Ok(());
        };
        if rest.is_empty() {
            return self.offer(tx, first, user);
        }
        let (words, price) = (Words(people::language(tx, user)?), self.services.price());
        let content = executor::view::digest(words, orders, price);
        let key = executor::view::digest_key(first.order.id.as_str(), user);
        let last = orders.iter().max_by_key(|order| order.order.created_at);
        let terms = while_offered(last.unwrap_or(first));
        messages::send(tx, user, &key, &content, terms).map(drop)
    }

    /// The newest reminder has the button; the older ones lose theirs.
    fn remind(&self, tx: &mut Tx<'_>, order: &Snapshot, n: usize) -> Result<()> {
        let (customer, id) = (order.order.customer, order.order.id.as_str());
        let Some(words) = self.words_of(tx, customer)? else {
            return Ok(());
        };
        for before in 0..n {
            retire(tx, &customer::view::reminder_key(id, before))?;
        }
        let content = customer::view::reminder(words, order, n);
        let terms = Terms {
            expires_at: order.order.silent_at(),
            once: false,
        };
        let key = customer::view::reminder_key(id, n);
        messages::send(tx, customer, &key, &content, terms).map(drop)
    }
}

/// An offer is of no use when the order is over.
fn while_offered(order: &Snapshot) -> Terms {
    Terms {
        expires_at: Some(order.order.expires_at()),
        once: false,
    }
}
