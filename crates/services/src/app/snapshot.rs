//! One order with everything that the people of its chat are shown of it. The contact is inside:
//! whoever shows it asks [`Snapshot::contact_for`].

use crate::domain::{Contact, Order, OrderId, RatingSum, RefundKind, State, Status, Take};
use crate::error::Result;
use crate::store::{orders, removals, takes};
use std::time::Duration;
use torg_platform::db::Tx;
use torg_platform::money::{Money, Rub};
use torg_platform::{Timestamp, UserId};

/// How long people may write to each other after the order is over.
const TALK: Duration = Duration::from_hours(24);

/// An order and its takes, as of one moment.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    /// The order.
    pub(crate) order: Order,
    /// Its takes, by slot.
    pub(crate) takers: Vec<Taker>,
    /// What holds now.
    pub(crate) state: State,
    /// The moment.
    pub(crate) now: Timestamp,
    /// Whether the staff took it out.
    pub(crate) removed: bool,
    /// When the order's row was changed last.
    changed_at: Timestamp,
}

/// An executor who has taken it.
#[derive(Debug, Clone)]
pub(crate) struct Taker {
    /// Who.
    pub(crate) user: UserId,
    /// 1, 2 or 3: what the customer knows them by.
    pub(crate) slot: i64,
    /// When.
    pub(crate) taken_at: Timestamp,
    /// What was paid.
    pub(crate) price: Money<Rub>,
    /// When it was paid back.
    pub(crate) refunded_at: Option<Timestamp>,
    /// Whose decision that was: none for silence.
    pub(crate) refund_kind: Option<RefundKind>,
    /// What customers have said of them.
    pub(crate) rating: RatingSum,
    /// Stars that this customer gave for this order.
    pub(crate) stars: Option<i64>,
    /// Whether those are hidden from everybody else.
    pub(crate) stars_hidden: bool,
}

/// The order of that name as it is now.
///
/// # Errors
/// The database's.
pub(crate) fn snapshot(tx: &mut Tx<'_>, id: &OrderId) -> Result<Option<Snapshot>> {
    let now = tx.now();
    let Some(stored) = orders::find(tx, id)? else {
        return Ok(None);
    };
    let takes = match stored.takes {
        0 => Vec::new(),
        _ => takes::shown(tx, id.as_str())?,
    };
    let takers = takes.into_iter().map(|take| Taker {
        user: take.executor_id,
        slot: take.slot,
        taken_at: take.taken_at,
        price: take.price_minor,
        refunded_at: take.refunded_at,
        refund_kind: take.refund_kind,
        rating: RatingSum {
            sum: take.rating_sum,
            count: take.rating_count,
        },
        stars: take.stars,
        stars_hidden: take.hidden_at.is_some(),
    });
    let removed =
        stored.order.status == Status::Deleted && removals::of(tx, id.as_str())?.is_some();
    Ok(Some(Snapshot {
        takers: takers.collect(),
        state: stored.order.state_at(now),
        changed_at: orders::changed_at(tx, id.as_str())?.unwrap_or(now),
        removed,
        order: stored.order,
        now,
    }))
}

/// Orders of `customer` that are not over, newest first.
///
/// # Errors
/// The database's.
pub(crate) fn open_orders(tx: &mut Tx<'_>, customer: UserId, limit: i64) -> Result<Vec<Snapshot>> {
    let ids = orders::open_of(tx, customer, limit)?;
    all(tx, &ids)
}

/// Orders that `executor` has taken and that are not over, newest take first.
///
/// # Errors
/// The database's.
pub(crate) fn open_takes(tx: &mut Tx<'_>, executor: UserId, limit: i64) -> Result<Vec<Snapshot>> {
    let ids = orders::open_taken_by(tx, executor, limit)?;
    all(tx, &ids)
}

/// The orders of these names, without those that there are not.
pub(crate) fn all(tx: &mut Tx<'_>, ids: &[String]) -> Result<Vec<Snapshot>> {
    let mut found = Vec::new();
    for id in ids {
        if let Some(id) = OrderId::parse(id) {
            found.extend(snapshot(tx, &id)?);
        }
    }
    Ok(found)
}

impl Snapshot {
    /// What this executor has to do with it.
    pub(crate) fn taker(&self, user: UserId) -> Option<&Taker> {
        self.takers.iter().find(|taker| taker.user == user)
    }

    /// The contact, if `reader` may see it.
    pub(crate) fn contact_for(&self, reader: UserId) -> Option<&Contact> {
        let takes: Vec<Take> = self.takers.iter().filter_map(Taker::as_take).collect();
        self.order.contact_for(&takes, Some(reader))
    }

    /// Whether one more executor may take it.
    pub(crate) fn is_offered(&self) -> bool {
        self.is_active() && !self.is_full()
    }

    /// Whether its hour goes on.
    pub(crate) fn is_active(&self) -> bool {
        matches!(self.state, State::Open | State::Taken | State::Answered)
    }

    /// Whether three have taken it.
    pub(crate) fn is_full(&self) -> bool {
        self.takers.len() >= usize::from(crate::domain::MAX_TAKES)
    }

    /// When it ended; none while it goes on.
    pub(crate) fn over_since(&self) -> Option<Timestamp> {
        match self.state {
            State::Open | State::Taken | State::Answered | State::ExpiredWaiting => None,
            State::Expired | State::ExpiredAnswered | State::ClosedNoResponse => {
                let by_time = self.order.due(self.now).is_some();
                let silent = self.order.silent_at().unwrap_or(self.now);
                Some(match by_time {
                    // Nobody has written it down yet.
                    true => self.order.expires_at().min(silent),
                    false => self.changed_at,
                })
            }
            State::Completed | State::Deleted => Some(self.changed_at),
        }
    }

    /// Whether customer and executors may still write to each other; not about what the staff took
    /// out.
    pub(crate) fn may_talk(&self) -> bool {
        let talk = |over: Timestamp| self.now < over.plus(TALK);
        !self.removed && self.over_since().is_none_or(talk)
    }
}

impl Taker {
    fn as_take(&self) -> Option<Take> {
        Some(Take {
            executor: self.user,
            slot: u8::try_from(self.slot).ok()?,
            taken_at: self.taken_at,
            price: self.price,
            refunded_at: self.refunded_at,
        })
    }
}
