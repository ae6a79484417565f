//! Who uses this market, for what the operator tells many people at once.

use crate::store::audiences;
use torg_platform::db::Tx;
use torg_platform::{Result, UserId};
use torg_telegram::broadcasts::Audience;

/// Up to `limit` people of the audience with numbers above `after`, in the order of their numbers.
pub(crate) fn of(
    tx: &mut Tx<'_>,
    audience: Audience,
    after: UserId,
    limit: i64,
) -> Result<Vec<UserId>> {
    Ok(match audience {
        Audience::Customers => audiences::customers(tx, after, limit)?,
        Audience::Executors => audiences::executors(tx, after, limit)?,
        Audience::Everyone | Audience::Buyers | Audience::Staff => Vec::new(),
    })
}
