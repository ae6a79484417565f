//! Tells executors of orders: those who have subscribed, each at their own pace, and again when
//! there is nothing to take any more.
//!
//! An order with ten thousand subscribers is told to them in small units of work, each of which
//! remembers how far it came. What is sent is up to the caller; here is to whom, and once.

use super::snapshot::{self, Snapshot};
use crate::domain::{OrderId, fold};
use crate::error::Result;
use crate::store::notices;
use crate::store::people::{self, Subscriber};
use torg_platform::db::{Locked, Tx};
use torg_platform::{Timestamp, UserId};

/// Wakes whoever tells subscribers of orders.
pub(crate) const OFFER: &str = "services.offer";
/// Wakes whoever tells what came in during a pause.
pub(crate) const DIGEST: &str = "services.digest";

/// People of one unit of work.
const BATCH: i64 = 100;
/// Digests of one unit of work.
const DIGESTS: i64 = 50;

/// Why subscribers are told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// It can be taken.
    Offer,
    /// What they were told is no longer so.
    Change,
}

impl News {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Change => "change",
        }
    }
}

/// Somebody who was told, in a message of its own or in the digest that begins with the order named.
type Told = (UserId, Option<String>);

/// What came in during somebody's pause.
type Digest = (UserId, Vec<Snapshot>);

/// Whom to tell now, in the order of their ids.
#[derive(Debug)]
pub(crate) enum Batch {
    /// These may take it.
    Offer(Snapshot, Vec<UserId>),
    /// What these were told has changed.
    Change(Snapshot, Vec<Told>),
}

/// Begins to tell the subscribers of this order, if there is anybody to be told.
///
/// # Errors
/// The database's.
pub(crate) fn broadcast(tx: &mut Tx<'_>, order: &Snapshot, news: News) -> Result<()> {
    let (id, now) = (order.order.id.as_str(), order.now);
    let (category, city) = (order.order.category, fold(&order.order.city));
    let nobody = UserId(i64::MIN);
    let concerns_somebody = match news {
        News::Offer => !people::subscribed_after(tx, category, &city, nobody, 1)?.is_empty(),
        News::Change => notices::is_told(tx, id)?.is_some(),
    };
    if concerns_somebody {
        notices::broadcast(tx, id, news.as_str(), now)?;
        tx.signal(OFFER);
    }
    Ok(())
}

/// When there is somebody to be told.
///
/// # Errors
/// The database's.
pub(crate) fn next_batch_at(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    Ok(notices::next_broadcast(tx)?)
}

/// The next batch of some order, written down as told; none when there is nothing to tell.
/// `can_reach` says whether somebody can be told at all.
///
/// # Errors
/// The database's, and those of `can_reach`.
pub(crate) fn next_batch(
    tx: &mut Tx<'_>,
    can_reach: impl Fn(&mut Tx<'_>, UserId) -> torg_platform::Result<bool>,
) -> Result<Option<Batch>> {
    let Some(broadcast) = notices::lock_broadcast(tx)? else {
        return Ok(None);
    };
    let order = OrderId::parse(&broadcast.order_id);
    let found = match &order {
        Some(id) => snapshot::snapshot(tx, id)?,
        None => None,
    };
    let Some(order) = found else {
        notices::went_on(tx, &broadcast, None)?;
        return Ok(None);
    };
    if broadcast.kind == News::Change.as_str() {
        let (told, last) = changed(tx, &order, broadcast.after_user)?;
        notices::went_on(tx, &broadcast, last)?;
        return Ok(Some(Batch::Change(order, told)));
    }
    let (to, last) = match order.is_offered() {
        true => offered(tx, &order, broadcast.after_user, can_reach)?,
        false => (Vec::new(), None),
    };
    notices::went_on(tx, &broadcast, last)?;
    Ok(Some(Batch::Offer(order, to)))
}

/// Who is told at once, and where to go on.
fn offered(
    tx: &mut Tx<'_>,
    order: &Snapshot,
    after: UserId,
    can_reach: impl Fn(&mut Tx<'_>, UserId) -> torg_platform::Result<bool>,
) -> Result<(Vec<UserId>, Option<UserId>)> {
    let (category, city) = (order.order.category, fold(&order.order.city));
    let page = people::subscribed_after(tx, category, &city, after, BATCH)?;
    let Some(last) = page.last().copied() else {
        return Ok((Vec::new(), None));
    };
    let mut to = Vec::new();
    for subscriber in people::lock_subscribers(tx, category, &city, after, last)? {
        let user = subscriber.user_id;
        let wants = subscriber.notify_enabled && user != order.order.customer;
        if wants && order.taker(user).is_none() && can_reach(tx, user)? {
            to.extend(offer(tx, order, &subscriber)?.then_some(user));
        }
    }
    let more = i64::try_from(page.len()).unwrap_or(BATCH) >= BATCH;
    Ok((to, more.then_some(last)))
}

/// Whether this executor is told of it at once; else it waits until their pause is over.
fn offer(tx: &mut Tx<'_>, order: &Snapshot, subscriber: &Locked<Subscriber>) -> Result<bool> {
    let (id, user, now) = (order.order.id.as_str(), subscriber.user_id, tx.now());
    let due_at = match subscriber.free_at() {
        Some(free_at) if free_at > now => Some(free_at),
        // Others wait that came before: they are told together.
        Some(_) if notices::waits(tx, user)?.is_some() => Some(now),
        Some(_) | None => None,
    };
    let is_new = notices::insert(tx, id, user, now, due_at)? == 1;
    if due_at.is_some() {
        tx.signal(DIGEST);
    } else if is_new {
        people::set_notified(tx, user, now)?;
    }
    Ok(is_new && due_at.is_none())
}

/// Who was told what is no longer so, and where to go on. When there is nothing to take any more
/// the notices have had their time.
fn changed(
    tx: &mut Tx<'_>,
    order: &Snapshot,
    after: UserId,
) -> Result<(Vec<Told>, Option<UserId>)> {
    let id = order.order.id.as_str();
    let page = notices::of_order(tx, id, after, BATCH)?;
    let last = page.last().map(|notice| notice.user_id);
    let more = i64::try_from(page.len()).unwrap_or(BATCH) >= BATCH;
    let mut told = Vec::new();
    for notice in page {
        if !order.is_offered() {
            notices::delete(tx, id, notice.user_id)?;
        }
        if notice.due_at.is_none() {
            told.push((notice.user_id, notice.digest));
        }
    }
    Ok((told, last.filter(|_| more)))
}

/// When somebody's pause is over for whom something has come in.
///
/// # Errors
/// The database's.
pub(crate) fn next_digest_at(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    Ok(notices::next_due(tx)?)
}

/// Whose pause is over, with the orders that have come in and can still be taken, written down as
/// told; and whether there may be more people. Nobody comes with nothing.
///
/// # Errors
/// The database's.
pub(crate) fn due_digests(tx: &mut Tx<'_>) -> Result<(Vec<Digest>, bool)> {
    let now = tx.now();
    let mut users = notices::due_users(tx, now, DIGESTS)?;
    let more = i64::try_from(users.len()).unwrap_or(DIGESTS) >= DIGESTS;
    users.sort_unstable();
    users.dedup();
    let mut digests = Vec::new();
    for user in users {
        let Some(subscriber) = people::lock_subscriber(tx, user)? else {
            continue;
        };
        if let Some(free_at) = subscriber.free_at().filter(|free_at| *free_at > now) {
            notices::look_again(tx, user, free_at)?;
            continue;
        }
        let waiting = notices::pending_of(tx, user)?;
        let mut orders = snapshot::all(tx, &waiting)?;
        orders.retain(|order| {
            subscriber.notify_enabled && order.is_offered() && order.taker(user).is_none()
        });
        tell(tx, user, &waiting, &orders)?;
        if !orders.is_empty() {
            people::set_notified(tx, user, now)?;
            digests.push((user, orders));
        }
    }
    Ok((digests, more))
}

fn tell(tx: &mut Tx<'_>, user: UserId, waiting: &[String], orders: &[Snapshot]) -> Result<()> {
    let first = orders.first().map(|order| order.order.id.as_str());
    let digest = first.filter(|_| orders.len() > 1);
    for id in waiting {
        match orders.iter().any(|order| order.order.id.as_str() == id) {
            true => notices::told(tx, id, user, digest)?,
            false => notices::delete(tx, id, user)?,
        }
    }
    Ok(())
}

/// What a digest has to say by now: its orders that can still be taken by this executor.
///
/// # Errors
/// The database's.
pub(crate) fn digest(tx: &mut Tx<'_>, user: UserId, first: &str) -> Result<Vec<Snapshot>> {
    let ids = notices::in_digest(tx, user, first)?;
    let mut orders = snapshot::all(tx, &ids)?;
    orders.retain(|order| order.is_offered() && order.taker(user).is_none());
    Ok(orders)
}
