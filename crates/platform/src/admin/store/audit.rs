//! `platform_audit`, read.

use crate::Timestamp;

crate::row! {
    /// An entry with its number.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(in crate::admin) struct EntryRow {
        pub(in crate::admin) id: i64,
        pub(in crate::admin) at: Timestamp,
        pub(in crate::admin) actor: String,
        pub(in crate::admin) action: String,
        pub(in crate::admin) subject: String,
        pub(in crate::admin) details: String,
        pub(in crate::admin) request_id: String,
    }
}

crate::sql! {
    /// Of the `scan` newest entries between two numbers those that fit, the newest first. A text
    /// that is empty fits everything; $6 and $7 are beginnings.
    pub(in crate::admin) fn page(
        before: i64, after: i64, scan: i64, limit: i64, actor: &str, action: &str, subject: &str,
        from: Timestamp, to: Timestamp,
    ) -> Vec<EntryRow> =
        "SELECT id, at, actor, action, subject, details, request_id FROM (
             SELECT id, at, actor, action, subject, details, request_id FROM platform_audit
             WHERE id < $1 AND id > $2 ORDER BY id DESC LIMIT $3
         ) s WHERE ($5 = '' OR actor = $5)
             AND ($6 = '' OR substr(action, 1, length($6)) = $6)
             AND ($7 = '' OR substr(subject, 1, length($7)) = $7)
             AND at >= $8 AND at < $9
         ORDER BY id DESC LIMIT $4";
    /// The last of the `scan` newest entries between two numbers, if there are so many; $3 is one
    /// less than `scan`.
    pub(in crate::admin) fn end_of_scan(before: i64, after: i64, skip: i64) -> Option<i64> =
        "SELECT id FROM platform_audit WHERE id < $1 AND id > $2
         ORDER BY id DESC LIMIT 1 OFFSET $3";
    pub(in crate::admin) fn newest(up_to: i64) -> Option<(i64, Timestamp)> =
        "SELECT id, at FROM platform_audit WHERE id <= $1 ORDER BY id DESC LIMIT 1";
}
