//! What waits for a person in the kernel's own tables, and since when. Each has an index that holds
//! nothing else, or a table that does.

use crate::Timestamp;
use crate::db::One;

crate::sql! {
    pub(in crate::admin) fn flagged() -> One<(i64, Option<Timestamp>)> =
        "SELECT count(*), min(received_at) FROM platform_inbox WHERE state = 'flagged'";
    pub(in crate::admin) fn dead_letters() -> One<(i64, Option<Timestamp>)> =
        "SELECT count(*), min(created_at) FROM platform_deliveries WHERE state = 'dead'";
    pub(in crate::admin) fn dead_jobs() -> One<(i64, Option<Timestamp>)> =
        "SELECT count(*), min(created_at) FROM platform_jobs WHERE state = 'dead'";
    pub(in crate::admin) fn withdrawals() -> One<(i64, Option<Timestamp>)> =
        "SELECT count(*), min(requested_at) FROM platform_withdrawals
         WHERE state = 'requested' AND approval = 'needed'";
    pub(in crate::admin) fn suspense() -> One<(i64, Option<Timestamp>)> =
        "SELECT count(*), min(created_at) FROM platform_deposits WHERE state = 'suspense'";
}
