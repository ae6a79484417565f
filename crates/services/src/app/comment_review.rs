//! The customer adds words to the stars that they gave in the chat.

use crate::domain::{OrderId, Refusal, Review};
use crate::error::{Error, Result};
use crate::store::{orders, reviews};
use torg_platform::UserId;
use torg_platform::db::Tx;

/// Adds `comment`, once; an empty one changes nothing.
///
/// # Errors
/// 422 for a comment that is too long; [`Refusal::AlreadyReviewed`] when there are words already, or
/// no stars of this customer.
pub(crate) fn comment_review(
    tx: &mut Tx<'_>,
    who: UserId,
    id: &OrderId,
    executor: UserId,
    comment: &str,
) -> Result<()> {
    // Any stars: only the words are looked at.
    let Some(comment) = Review::check(1, Some(comment))?.comment else {
        return Ok(());
    };
    orders::lock(tx, id)?.ok_or(Refusal::OrderNotFound)?;
    let stars = reviews::add_comment(tx, id.as_str(), executor, who, &comment)?;
    stars.ok_or_else(|| Error::from(Refusal::AlreadyReviewed))?;
    // Not these words if they are hidden.
    Ok(orders::show_latest_review(tx, id.as_str())?)
}
