//! What chats are to show.

use torg_platform::Timestamp;
use torg_platform::db::One;

torg_platform::row! {
    /// A message as it is to be.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Message {
        pub(crate) id: i64,
        pub(crate) key: String,
        pub(crate) chat_id: i64,
        pub(crate) content: String,
        pub(crate) version: i64,
        pub(crate) shown: i64,
        pub(crate) message_id: Option<i64>,
        pub(crate) once: bool,
        pub(crate) expires_at: Option<Timestamp>,
        pub(crate) due_at: Timestamp,
        pub(crate) attempts: i64,
        pub(crate) created_at: Timestamp,
    }
}

torg_platform::row! {
    /// A message that was given up, for the operator.
    #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
    pub struct FailedMessage {
        /// Its place in the queue.
        pub id: i64,
        /// What it was about.
        pub key: String,
        /// Where to.
        pub chat_id: i64,
        /// `held`: nobody knows whether it was sent. `dead`: Telegram refuses it.
        pub state: String,
        /// What Telegram said last.
        pub error: Option<String>,
        /// How often it was tried.
        pub attempts: i64,
        /// Since when it is to be shown.
        #[schema(value_type = String, format = DateTime)]
        pub created_at: Timestamp,
    }
}

torg_platform::sql! {
    pub(crate) fn insert(
        key: &str, chat_id: i64, content: &str, once: bool, expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> u64 =
        "INSERT INTO telegram_messages
             (key, chat_id, content, version, shown, state, once, expires_at, due_at, attempts,
              created_at, changed_at)
         VALUES ($1, $2, $3, 1, 0, 'waiting', $4, $5, $6, 0, $6, $6)
         ON CONFLICT (key) DO NOTHING";
    /// Written, or written over if it says something else now.
    pub(crate) fn show(
        key: &str, chat_id: i64, content: &str, expires_at: Option<Timestamp>, now: Timestamp,
    ) -> u64 =
        "INSERT INTO telegram_messages
             (key, chat_id, content, version, shown, state, once, expires_at, due_at, attempts,
              created_at, changed_at)
         VALUES ($1, $2, $3, 1, 0, 'waiting', FALSE, $4, $5, 0, $5, $5)
         ON CONFLICT (key) DO UPDATE SET
             content = excluded.content, version = telegram_messages.version + 1,
             state = 'waiting', expires_at = excluded.expires_at, due_at = excluded.due_at,
             attempts = 0, error = NULL, changed_at = excluded.changed_at
         WHERE telegram_messages.content <> excluded.content";
    /// A message of ours that was sent before anybody kept account of it.
    pub(crate) fn adopt(key: &str, chat_id: i64, message_id: i64, content: &str, now: Timestamp) -> u64 =
        "INSERT INTO telegram_messages
             (key, chat_id, content, version, shown, message_id, state, once, expires_at, due_at,
              attempts, created_at, changed_at)
         VALUES ($1, $2, $4, 1, 0, $3, 'waiting', FALSE, NULL, $5, 0, $5, $5)
         ON CONFLICT (key) DO NOTHING";
    /// The next one: the oldest, and those of broadcasts after all others.
    pub(crate) fn head(chat_id: i64) -> Option<Message> =
        "SELECT id, key, chat_id, content, version, shown, message_id, once, expires_at, due_at,
             attempts, created_at
         FROM telegram_messages WHERE chat_id = $1 AND state = 'waiting'
         ORDER BY broadcast IS NOT NULL, id LIMIT 1";
    pub(crate) fn find(key: &str) -> Option<Message> =
        "SELECT id, key, chat_id, content, version, shown, message_id, once, expires_at, due_at,
             attempts, created_at
         FROM telegram_messages WHERE key = $1";
    pub(crate) fn by_id(id: i64) -> Option<Message> =
        "SELECT id, key, chat_id, content, version, shown, message_id, once, expires_at, due_at,
             attempts, created_at
         FROM telegram_messages WHERE id = $1";
    pub(crate) fn key_at(chat_id: i64, message_id: i64) -> Option<String> =
        "SELECT key FROM telegram_messages WHERE chat_id = $1 AND message_id = $2
         ORDER BY id LIMIT 1";
    /// The chat shows `version` under the name `message_id`; if there is a newer one, it waits.
    pub(crate) fn shown(id: i64, version: i64, message_id: i64, now: Timestamp) -> () =
        "UPDATE telegram_messages
         SET shown = $2, message_id = $3, attempts = 0, error = NULL, changed_at = $4,
             state = CASE WHEN version = $2 THEN 'shown' ELSE 'waiting' END
         WHERE id = $1";
    pub(crate) fn postpone(id: i64, due_at: Timestamp, error: &str) -> () =
        "UPDATE telegram_messages SET due_at = $2, attempts = attempts + 1, error = $3
         WHERE id = $1";
    /// What was there is gone: the next attempt sends it anew.
    pub(crate) fn lose(id: i64) -> () =
        "UPDATE telegram_messages SET message_id = NULL, shown = 0 WHERE id = $1";
    pub(crate) fn end(id: i64, version: i64, state: &str, error: &str, now: Timestamp) -> u64 =
        "UPDATE telegram_messages
         SET state = $3, error = $4, attempts = attempts + 1, changed_at = $5
         WHERE id = $1 AND version = $2 AND state = 'waiting'";
    /// Nothing that waits can get there. What is in flight is not among it: its own answer, or
    /// that there is none, decides.
    pub(crate) fn strand(chat_id: i64, flight: i64, now: Timestamp) -> u64 =
        "UPDATE telegram_messages SET state = 'unreachable', changed_at = $3
         WHERE chat_id = $1 AND id <> $2 AND state = 'waiting'";
    /// It can again: what is of use still waits.
    pub(crate) fn refloat(chat_id: i64, since: Timestamp, now: Timestamp) -> u64 =
        "UPDATE telegram_messages SET state = 'waiting', due_at = $3, attempts = 0, changed_at = $3
         WHERE chat_id = $1 AND state = 'unreachable' AND created_at >= $2
             AND (expires_at IS NULL OR expires_at > $3)";
    /// The group has become another chat.
    pub(crate) fn move_waiting(chat_id: i64, to: i64) -> u64 =
        "UPDATE telegram_messages SET chat_id = $2, message_id = NULL, shown = 0
         WHERE chat_id = $1 AND state = 'waiting'";
    pub(crate) fn revive(id: i64, now: Timestamp) -> u64 =
        "UPDATE telegram_messages
         SET state = 'waiting', due_at = $2, attempts = 0, error = NULL, changed_at = $2
         WHERE id = $1 AND state IN ('held', 'dead')";
    pub(crate) fn drop_failed(id: i64) -> u64 =
        "DELETE FROM telegram_messages WHERE id = $1 AND state IN ('held', 'dead')";
    pub(crate) fn failed(after: i64, limit: i64) -> Vec<FailedMessage> =
        "SELECT id, key, chat_id, state, error, attempts, created_at FROM telegram_messages
         WHERE state IN ('held', 'dead') AND id > $1 ORDER BY id LIMIT $2";
    pub(crate) fn count_failed() -> One<(i64, Option<Timestamp>)> =
        "SELECT count(*), min(created_at) FROM telegram_messages WHERE state IN ('held', 'dead')";
    pub(crate) fn count_waiting() -> One<i64> =
        "SELECT COUNT(*) FROM telegram_messages WHERE state = 'waiting'";
    pub(crate) fn forget(before: Timestamp, limit: i64) -> u64 =
        "DELETE FROM telegram_messages WHERE id IN (
             SELECT id FROM telegram_messages
             WHERE changed_at < $1 AND state IN ('shown', 'expired', 'unreachable') LIMIT $2)";
}
