//! Chats as queues: when each is to be looked at, and what is in flight.

use torg_platform::Timestamp;
use torg_platform::db::Locked;

torg_platform::row! {
    /// A chat's queue.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Chat {
        pub(crate) chat_id: i64,
        pub(crate) next_at: Timestamp,
        pub(crate) due_at: Option<Timestamp>,
        pub(crate) flight: Option<i64>,
        pub(crate) epoch: i64,
        pub(crate) unreachable: Option<String>,
    }
}

torg_platform::sql! {
    pub(crate) fn open(chat_id: i64, now: Timestamp) -> u64 =
        "INSERT INTO telegram_chats (chat_id, next_at) VALUES ($1, $2)
         ON CONFLICT (chat_id) DO NOTHING";
    pub(crate) fn read(chat_id: i64) -> Option<Chat> =
        "SELECT chat_id, next_at, due_at, flight, epoch, unreachable
         FROM telegram_chats WHERE chat_id = $1";
    pub(crate) fn lock(chat_id: i64) -> Option<Locked<Chat>> =
        "SELECT chat_id, next_at, due_at, flight, epoch, unreachable
         FROM telegram_chats WHERE chat_id = $1 FOR UPDATE";
    pub(crate) fn lock_due(now: Timestamp, limit: i64) -> Vec<Locked<Chat>> =
        "SELECT chat_id, next_at, due_at, flight, epoch, unreachable
         FROM telegram_chats WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED";
    pub(crate) fn next_due() -> Option<Timestamp> =
        "SELECT due_at FROM telegram_chats WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1";
    /// The message is out; whoever still holds the chat at `until` is taken for dead.
    pub(crate) fn claim(chat_id: i64, epoch: i64, message: i64, until: Timestamp) -> () =
        "UPDATE telegram_chats SET epoch = $2, flight = $3, due_at = $4 WHERE chat_id = $1";
    /// Nothing is in flight any more.
    pub(crate) fn rest(chat_id: i64, next_at: Timestamp, due_at: Option<Timestamp>) -> () =
        "UPDATE telegram_chats SET flight = NULL, next_at = $2, due_at = $3 WHERE chat_id = $1";
    /// Something waits there: looked at as soon as its pace allows, or when the flight is over.
    pub(crate) fn wake(chat_id: i64, at: Timestamp) -> () =
        "UPDATE telegram_chats
         SET due_at = CASE WHEN next_at > $2 THEN next_at ELSE $2 END
         WHERE chat_id = $1 AND flight IS NULL AND (due_at IS NULL OR due_at > $2)";
    pub(crate) fn set_unreachable(chat_id: i64, why: &str, at: Timestamp) -> u64 =
        "UPDATE telegram_chats SET unreachable = $2, unreachable_at = $3
         WHERE chat_id = $1 AND unreachable IS NULL";
    pub(crate) fn set_reachable(chat_id: i64) -> u64 =
        "UPDATE telegram_chats SET unreachable = NULL, unreachable_at = NULL
         WHERE chat_id = $1 AND unreachable IS NOT NULL";
}
