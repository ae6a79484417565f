//! `platform_users`, as the staff looks at it.

use crate::{Timestamp, UserId};

crate::row! {
    /// A person with what only the staff sees.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(in crate::admin) struct PersonRow {
        pub(in crate::admin) id: UserId,
        pub(in crate::admin) first_name: String,
        pub(in crate::admin) last_name: Option<String>,
        pub(in crate::admin) username: Option<String>,
        pub(in crate::admin) language: Option<String>,
        pub(in crate::admin) created_at: Timestamp,
        pub(in crate::admin) seen_at: Timestamp,
        pub(in crate::admin) blocked_at: Option<Timestamp>,
        pub(in crate::admin) blocked_by: Option<String>,
        pub(in crate::admin) block_reason: Option<String>,
    }
}

crate::sql! {
    pub(in crate::admin) fn find(id: UserId) -> Option<PersonRow> =
        "SELECT id, first_name, last_name, username, language, created_at, seen_at, blocked_at,
             blocked_by, block_reason
         FROM platform_users WHERE id = $1";
    /// The newest first.
    pub(in crate::admin) fn page(at: Timestamp, id: i64, limit: i64) -> Vec<PersonRow> =
        "SELECT id, first_name, last_name, username, language, created_at, seen_at, blocked_at,
             blocked_by, block_reason
         FROM platform_users WHERE (created_at, id) < ($1, $2)
         ORDER BY created_at DESC, id DESC LIMIT $3";
    /// Those of the next `scan` people whose folded names are like `pattern`. Looks into an index,
    /// and at the people it found.
    pub(in crate::admin) fn search(
        at: Timestamp, id: i64, scan: i64, pattern: &str, limit: i64,
    ) -> Vec<PersonRow> =
        "SELECT u.id, u.first_name, u.last_name, u.username, u.language, u.created_at, u.seen_at,
             u.blocked_at, u.blocked_by, u.block_reason
         FROM (SELECT s.id, s.created_at FROM (
                 SELECT id, created_at, folded FROM platform_users
                 WHERE (created_at, id) < ($1, $2)
                 ORDER BY created_at DESC, id DESC LIMIT $3
             ) s WHERE s.folded LIKE $4 ESCAPE '!'
             ORDER BY s.created_at DESC, s.id DESC LIMIT $5
         ) m JOIN platform_users u ON u.id = m.id
         ORDER BY m.created_at DESC, m.id DESC";
    /// Where the next `scan` people end, if there are so many: of the last of them.
    pub(in crate::admin) fn end_of_scan(at: Timestamp, id: i64, before_last: i64)
        -> Option<(Timestamp, i64)> =
        "SELECT created_at, id FROM platform_users WHERE (created_at, id) < ($1, $2)
         ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET $3";

    pub(in crate::admin) fn unfolded(limit: i64) -> Vec<PersonRow> =
        "SELECT id, first_name, last_name, username, language, created_at, seen_at, blocked_at,
             blocked_by, block_reason
         FROM platform_users WHERE folded IS NULL ORDER BY id LIMIT $1";
    pub(in crate::admin) fn any_unfolded() -> Option<UserId> =
        "SELECT id FROM platform_users WHERE folded IS NULL LIMIT 1";
    pub(in crate::admin) fn set_folded(id: UserId, folded: &str) -> () =
        "UPDATE platform_users SET folded = $2 WHERE id = $1 AND folded IS NULL";
}
