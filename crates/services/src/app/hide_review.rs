//! The staff hides a review: it is shown to nobody but its author, and does not count in the
//! rating. Showing it again undoes all of that.
//!
//! Twice is once: whether it is hidden is one row. The rating and what the order shows are computed
//! anew in the same unit, from the reviews themselves.

use super::{announce, subject};
use crate::domain::{OrderId, Refusal};
use crate::error::Result;
use crate::events::{REVIEW_HIDDEN, REVIEW_SHOWN, ReviewLeft};
use crate::store::reviews::{self, StaffReview};
use crate::store::{orders, people};
use torg_platform::audit::By;
use torg_platform::db::Tx;

/// Hides review `id`.
///
/// # Errors
/// [`Refusal::ReviewNotFound`].
pub(crate) fn hide_review(tx: &mut Tx<'_>, id: i64, reason: &str, by: &By) -> Result<()> {
    let review = lock(tx, id)?;
    let now = tx.now();
    if reviews::hide(tx, id, now, &by.actor, reason)? == 0 {
        return Ok(());
    }
    recount(tx, &review, REVIEW_HIDDEN)?;
    Ok(by.did(tx, "services.hide_review", &format!("review/{id}"), "{}")?)
}

/// Shows review `id` again.
///
/// # Errors
/// [`Refusal::ReviewNotFound`].
pub(crate) fn show_review(tx: &mut Tx<'_>, id: i64, by: &By) -> Result<()> {
    let review = lock(tx, id)?;
    if reviews::show(tx, id)? == 0 {
        return Ok(());
    }
    recount(tx, &review, REVIEW_SHOWN)?;
    Ok(by.did(tx, "services.show_review", &format!("review/{id}"), "{}")?)
}

/// The review, with its order locked as by everybody who changes one.
fn lock(tx: &mut Tx<'_>, id: i64) -> Result<StaffReview> {
    let review = reviews::find_review(tx, id)?.ok_or(Refusal::ReviewNotFound)?;
    let order = OrderId::parse(&review.order_id).ok_or(Refusal::OrderNotFound)?;
    orders::lock(tx, &order)?.ok_or(Refusal::OrderNotFound)?;
    Ok(review)
}

fn recount(tx: &mut Tx<'_>, review: &StaffReview, topic: &str) -> Result<()> {
    people::recount_rating(tx, review.executor_id)?;
    orders::show_latest_review(tx, &review.order_id)?;
    let about = ReviewLeft {
        order_id: review.order_id.clone(),
        executor_id: review.executor_id,
        rating: review.rating,
    };
    let order = OrderId::parse(&review.order_id).ok_or(Refusal::OrderNotFound)?;
    announce::tell(tx, topic, &subject(&order), &about)
}
