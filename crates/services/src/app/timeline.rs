//! The life of an order as the staff reads it, told from what is stored.

use super::admin_complaints::ComplaintView;
use super::admin_reviews::ReviewView;
use super::snapshot::Snapshot;
use crate::domain::State;
use crate::store::removals::{Refund, Removal};
use serde::Serialize;
use torg_platform::{Timestamp, UserId};
use utoipa::ToSchema;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ServiceTimelineEntry)]
pub(crate) struct TimelineEntry {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// posted, taken, answered, refunded, completed, closed, expired, closed_no_response, deleted,
    /// removed, reviewed, review_hidden, complained or complaint_resolved.
    #[schema(value_type = String)]
    event: &'static str,
    /// Who did it, as the audit trail names them; null for what time did.
    #[schema(required = true)]
    by: Option<String>,
}

/// What happened to `order`, oldest first.
pub(super) fn of(
    order: &Snapshot,
    removal: Option<&Removal>,
    refunds: &[Refund],
    reviews: &[ReviewView],
    complaints: &[ComplaintView],
) -> Vec<TimelineEntry> {
    let customer = order.order.customer;
    let mut told = vec![entry(order.order.created_at, "posted", user(customer))];
    for taker in &order.takers {
        told.push(entry(taker.taken_at, "taken", user(taker.user)));
        if let Some(at) = taker.refunded_at {
            let refund = refunds.iter().find(|r| r.executor_id == taker.user);
            told.push(entry(at, "refunded", refund.map(|r| r.refunded_by.clone())));
        }
    }
    if let Some(at) = order.order.responded_at {
        told.push(entry(at, "answered", user(customer)));
    }
    told.extend(removal.map(|r| entry(r.removed_at, "removed", Some(r.removed_by.clone()))));
    told.extend(end(order));
    for review in reviews {
        told.push(entry(review.created_at, "reviewed", user(review.author_id)));
        let hidden = review.hidden.as_ref();
        told.extend(hidden.map(|h| entry(h.at, "review_hidden", Some(h.by.clone()))));
    }
    for complaint in complaints {
        let executor = user(complaint.executor());
        told.push(entry(complaint.created_at, "complained", executor));
        let resolved = complaint.resolved_at;
        let by = complaint.resolved_by.clone();
        told.extend(resolved.map(|at| entry(at, "complaint_resolved", by)));
    }
    // Stable: what happened at one moment stays in the order in which it is told here.
    told.sort_by_key(|entry| entry.at);
    told
}

/// How it ended, if it did in another way than by removal.
fn end(order: &Snapshot) -> Option<TimelineEntry> {
    let customer = user(order.order.customer);
    let expired = order.order.expires_at();
    let over = order.over_since();
    Some(match order.state {
        State::Open | State::Taken | State::Answered => return None,
        State::ExpiredWaiting => entry(expired, "expired", None),
        State::Deleted if order.removed => return None,
        State::Deleted => entry(over?, "deleted", customer),
        State::Completed => entry(over?, "completed", customer),
        State::ClosedNoResponse => entry(over?, "closed_no_response", None),
        // Closed by its customer, or by the clock.
        State::ExpiredAnswered if over? < expired => entry(over?, "closed", customer),
        State::Expired | State::ExpiredAnswered => entry(expired, "expired", None),
    })
}

fn entry(at: Timestamp, event: &'static str, by: Option<String>) -> TimelineEntry {
    TimelineEntry { at, event, by }
}

fn user(user: UserId) -> Option<String> {
    Some(format!("user/{user}"))
}
