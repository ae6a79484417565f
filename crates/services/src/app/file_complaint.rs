//! An executor says what was wrong with an order that he has paid for.

use crate::domain::{Complaint, OrderId, Refusal, decide_complaint};
use crate::error::Result;
use crate::store::{orders, reviews, takes};
use torg_platform::UserId;
use torg_platform::db::Tx;

/// Number of the new complaint.
pub(crate) fn file_complaint(
    tx: &mut Tx<'_>,
    who: UserId,
    id: &OrderId,
    complaint: &Complaint,
) -> Result<i64> {
    orders::find(tx, id)?.ok_or(Refusal::OrderNotFound)?;
    let takes = takes::of(tx, id)?;
    let before = reviews::has_complained(tx, id.as_str(), who)?.is_some();
    decide_complaint(&takes, before, who)?;
    let (reason, comment, now) = (
        complaint.reason.slug(),
        complaint.comment.as_deref(),
        tx.now(),
    );
    let number = reviews::insert_complaint(tx, id.as_str(), who, reason, comment, now)?;
    Ok(number.ok_or(Refusal::AlreadyComplained)?)
}
