//! The inbox.

use torg_platform::Timestamp;
use torg_platform::db::Locked;

torg_platform::row! {
    /// An update as it came.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Stored {
        pub(crate) raw: Option<String>,
        pub(crate) handled_at: Option<Timestamp>,
    }
}

torg_platform::sql! {
    pub(crate) fn insert(bot_id: i64, update_id: i64, raw: &str, now: Timestamp) -> u64 =
        "INSERT INTO telegram_updates (bot_id, update_id, raw, received_at)
         VALUES ($1, $2, $3, $4) ON CONFLICT (bot_id, update_id) DO NOTHING";
    pub(crate) fn lock(bot_id: i64, update_id: i64) -> Option<Locked<Stored>> =
        "SELECT raw, handled_at FROM telegram_updates
         WHERE bot_id = $1 AND update_id = $2 FOR UPDATE";
    pub(crate) fn received_at(bot_id: i64, update_id: i64) -> Option<Timestamp> =
        "SELECT received_at FROM telegram_updates WHERE bot_id = $1 AND update_id = $2";
    pub(crate) fn read(bot_id: i64, update_id: i64) -> Option<Stored> =
        "SELECT raw, handled_at FROM telegram_updates WHERE bot_id = $1 AND update_id = $2";
    pub(crate) fn handled(bot_id: i64, update_id: i64, now: Timestamp) -> () =
        "UPDATE telegram_updates SET raw = NULL, handled_at = $3
         WHERE bot_id = $1 AND update_id = $2";
    pub(crate) fn forget(before: Timestamp, limit: i64) -> u64 =
        "DELETE FROM telegram_updates WHERE (bot_id, update_id) IN (
             SELECT bot_id, update_id FROM telegram_updates
             WHERE handled_at < $1 LIMIT $2)";
}
