//! Calls that show nothing of their own.

use torg_platform::Timestamp;
use torg_platform::db::Locked;

torg_platform::row! {
    /// A call that is to be made.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Call {
        pub(crate) id: i64,
        pub(crate) method: String,
        pub(crate) params: String,
        pub(crate) expires_at: Timestamp,
        pub(crate) attempts: i64,
        pub(crate) epoch: i64,
    }
}

torg_platform::sql! {
    pub(crate) fn insert(
        key: &str, method: &str, params: &str, now: Timestamp, expires_at: Timestamp,
    ) -> u64 =
        "INSERT INTO telegram_calls (key, method, params, due_at, expires_at, attempts, epoch)
         VALUES ($1, $2, $3, $4, $5, 0, 0) ON CONFLICT (key) DO NOTHING";
    pub(crate) fn lock_due(now: Timestamp, limit: i64) -> Vec<Locked<Call>> =
        "SELECT id, method, params, expires_at, attempts, epoch FROM telegram_calls
         WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED";
    pub(crate) fn next_due() -> Option<Timestamp> =
        "SELECT due_at FROM telegram_calls ORDER BY due_at LIMIT 1";
    pub(crate) fn claim(id: i64, epoch: i64, until: Timestamp) -> () =
        "UPDATE telegram_calls SET epoch = $2, due_at = $3 WHERE id = $1";
    pub(crate) fn postpone(id: i64, epoch: i64, due_at: Timestamp) -> u64 =
        "UPDATE telegram_calls SET due_at = $3, attempts = attempts + 1
         WHERE id = $1 AND epoch = $2";
    pub(crate) fn done(id: i64, epoch: i64) -> u64 =
        "DELETE FROM telegram_calls WHERE id = $1 AND epoch = $2";
}
