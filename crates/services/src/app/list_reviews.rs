//! Reviews as others see them.

use crate::domain::{OrderId, Rating, Refusal};
use crate::error::Result;
use crate::store::reviews::{self, ReviewRow};
use crate::store::{orders, takes};
use torg_platform::UserId;
use torg_platform::db::Tx;

/// Which reviews are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Filter {
    pub(crate) rating: Option<Rating>,
    /// Of this executor.
    pub(crate) executor: Option<UserId>,
    /// Written by this customer.
    pub(crate) author: Option<UserId>,
    pub(crate) limit: i64,
}

/// Newest first; the contact is there only for a reader who may see it.
pub(crate) fn list_reviews(
    tx: &mut Tx<'_>,
    filter: Filter,
    reader: Option<UserId>,
) -> Result<Vec<(ReviewRow, Option<String>)>> {
    let stars = filter.rating.map(|rating| i64::from(rating.stars()));
    let (executor, author) = (filter.executor, filter.author);
    let asking = reader.unwrap_or(UserId(0));
    let rows = reviews::list_reviews(tx, stars, executor, author, filter.limit, asking)?;
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let contact = match reader {
            None => None,
            Some(reader) => contact_for(tx, &row, reader)?,
        };
        shown.push((row, contact));
    }
    Ok(shown)
}

/// Decided by the same rule as everywhere else.
fn contact_for(tx: &mut Tx<'_>, row: &ReviewRow, reader: UserId) -> Result<Option<String>> {
    if reader == row.author_id {
        return Ok(Some(row.contact_shown.clone()));
    }
    let Some(id) = OrderId::parse(&row.order_id) else {
        return Ok(None);
    };
    let order = orders::find(tx, &id)?.ok_or(Refusal::OrderNotFound)?;
    let takes = takes::of(tx, &id)?;
    Ok(order
        .order
        .contact_for(&takes, Some(reader))
        .map(|contact| contact.shown().to_owned()))
}

/// Whether the caller has reviewed, or complained about, an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Submitted {
    Nothing,
    Review,
    Complaint,
}

pub(crate) fn check_submitted(tx: &mut Tx<'_>, who: UserId, id: &OrderId) -> Result<Submitted> {
    orders::find(tx, id)?.ok_or(Refusal::OrderNotFound)?;
    if reviews::has_reviewed(tx, id.as_str(), who)?.is_some() {
        Ok(Submitted::Review)
    } else if reviews::has_complained(tx, id.as_str(), who)?.is_some() {
        Ok(Submitted::Complaint)
    } else {
        Ok(Submitted::Nothing)
    }
}
