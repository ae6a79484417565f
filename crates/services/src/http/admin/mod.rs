//! `/api/admin/services/…`: what the operator's staff sees of this market and does in it. No answer
//! has a contact in it: whoever is not its customer and has not paid for it never sees one, the
//! staff included.

mod analytics;
mod complaints;
mod orders;
mod reviews;
mod takes;

use crate::app::state::Services;
use torg_platform::Result;
use torg_platform::http::{Api, page};

/// The routes.
pub(super) fn api() -> Api<Services> {
    Api::new()
        .merge(orders::api())
        .merge(takes::api())
        .merge(complaints::api())
        .merge(reviews::api())
        .merge(analytics::api())
}

/// The number before which a page begins, and its length.
fn before(cursor: Option<&str>, limit: Option<i64>) -> Result<(i64, i64)> {
    let before = cursor.map(page::decode_cursor).transpose()?;
    Ok((before.unwrap_or(i64::MAX), page::limit(limit, 50)?))
}
