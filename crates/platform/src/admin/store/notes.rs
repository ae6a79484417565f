//! `platform_notes`.

use crate::db::{Locked, One};
use crate::{Timestamp, UserId};

crate::row! {
    /// What somebody of the staff has written about a person.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(in crate::admin) struct NoteRow {
        pub(in crate::admin) id: i64,
        pub(in crate::admin) at: Timestamp,
        pub(in crate::admin) author: String,
        pub(in crate::admin) text: String,
    }
}

crate::sql! {
    pub(in crate::admin) fn insert(user: UserId, at: Timestamp, author: &str, text: &str)
        -> One<i64> =
        "INSERT INTO platform_notes (user_id, at, author, text) VALUES ($1, $2, $3, $4)
         RETURNING id";
    pub(in crate::admin) fn newest(user: UserId, limit: i64) -> Vec<NoteRow> =
        "SELECT id, at, author, text FROM platform_notes
         WHERE user_id = $1 ORDER BY id DESC LIMIT $2";
    pub(in crate::admin) fn lock(user: UserId, id: i64) -> Option<Locked<NoteRow>> =
        "SELECT id, at, author, text FROM platform_notes
         WHERE user_id = $1 AND id = $2 FOR UPDATE";
    pub(in crate::admin) fn delete(id: i64) -> crate::db::Changed =
        "DELETE FROM platform_notes WHERE id = $1";
}
