//! Customer and executor of a taken order write to each other without knowing each other's
//! account. Here is who may, to whom it goes and how often; what is said is kept nowhere but in the
//! message itself.

use super::snapshot::{Snapshot, snapshot};
use crate::domain::{OrderId, Refusal};
use crate::error::{Error, Result};
use crate::store::paces;
use std::time::Duration;
use torg_platform::db::Tx;
use torg_platform::{Kind, UserId};

/// Messages per minute of one person, all of which may come at once.
const PER_MINUTE: u32 = 20;
/// The longest text: what stands above it needs room in the message, too.
const CHARS: usize = 3_500;

/// One side of a taken order, and the other.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// The order.
    pub(crate) order: Snapshot,
    /// The executor whose take it is.
    pub(crate) executor: UserId,
    /// Number of that take.
    pub(crate) slot: i64,
    /// Who the other side is.
    pub(crate) other: UserId,
    /// Whether this side is the customer.
    pub(crate) is_customer: bool,
}

/// The line of `who` about the take of `executor`.
///
/// # Errors
/// 404 for an order that there is not; 403 for everybody but the two; 410 when they could write for
/// a day after the order was over.
pub(crate) fn line(tx: &mut Tx<'_>, who: UserId, id: &OrderId, executor: UserId) -> Result<Line> {
    let order = snapshot(tx, id)?.ok_or(Refusal::OrderNotFound)?;
    let is_customer = order.order.customer == who;
    if !is_customer && who != executor {
        return Err(Refusal::NotTakenByYou.into());
    }
    let slot = match order.taker(executor) {
        Some(taker) => taker.slot,
        None if is_customer => return Err(Refusal::ExecutorNotTaker.into()),
        None => return Err(Refusal::NotTakenByYou.into()),
    };
    if !order.may_talk() {
        return Err(refused(Kind::Gone, "relay_over", "This chat is over"));
    }
    Ok(Line {
        other: match is_customer {
            true => executor,
            false => order.order.customer,
        },
        order,
        executor,
        slot,
        is_customer,
    })
}

/// Whether `who` may send this text now; it counts.
///
/// # Errors
/// 422 for a text that is too long, 429 for too many of them.
pub(crate) fn admit(tx: &mut Tx<'_>, who: UserId, text: &str) -> Result<()> {
    if text.chars().count() > CHARS {
        let text = "A message has at most 3500 characters";
        return Err(refused(Kind::TooLarge, "relay_too_long", text));
    }
    let (minute, now) = (Duration::from_mins(1), tx.now());
    let each = minute.checked_div(PER_MINUTE).unwrap_or(minute);
    let idle = paces::lock(tx, who)?.map_or(now, |idle| (*idle).max(now));
    let next = idle.plus(each);
    if next > now.plus(minute) {
        return Err(refused(Kind::Limited, "rate_limited", "Too many messages"));
    }
    Ok(paces::save(tx, who, next)?)
}

fn refused(kind: Kind, code: &'static str, text: &'static str) -> Error {
    Error::Kernel(torg_platform::Error::new(kind, code, text))
}
