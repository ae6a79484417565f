//! The customer says how an executor was.

use super::{announce, subject};
use crate::domain::{OrderId, Refusal, Review, decide_review};
use crate::error::Result;
use crate::events::{REVIEW_LEFT, ReviewLeft};
use crate::store::{orders, people, reviews, takes};
use torg_platform::db::Tx;
use torg_platform::{UserId, auth};

/// Number of the new review.
pub(crate) fn leave_review(
    tx: &mut Tx<'_>,
    who: UserId,
    id: &OrderId,
    executor: Option<UserId>,
    review: &Review,
) -> Result<i64> {
    let order = orders::lock(tx, id)?.ok_or(Refusal::OrderNotFound)?;
    let (takes, reviewed) = (
        takes::of(tx, id)?,
        reviews::reviewed_executors(tx, id.as_str())?,
    );
    let now = tx.now();
    let executor = decide_review(&order.order, &takes, &reviewed, who, now, executor)?;
    let author = auth::person(tx, who)?
        .map(|p| p.first_name)
        .unwrap_or_default();
    let (stars, comment) = (i64::from(review.rating.stars()), review.comment.as_deref());
    let number =
        reviews::insert_review(tx, id.as_str(), executor, who, &author, stars, comment, now)?
            .ok_or(Refusal::AlreadyReviewed)?;
    people::add_rating(tx, executor, stars)?;
    orders::set_review(tx, id.as_str(), stars, comment)?;
    let left = ReviewLeft {
        order_id: id.to_string(),
        executor_id: executor,
        rating: stars,
    };
    announce::tell(tx, REVIEW_LEFT, &subject(id), &left)?;
    Ok(number)
}
