//! SQL of broadcasts.

use crate::broadcasts::{Audience, State};
use torg_platform::db::{Changed, Locked, One};
use torg_platform::{Timestamp, UserId};

torg_platform::row! {
    /// A broadcast as it is stored.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Broadcast {
        pub(crate) id: i64,
        pub(crate) state: State,
        pub(crate) text_ru: String,
        pub(crate) text_en: String,
        pub(crate) audience: Audience,
        pub(crate) button_ru: Option<String>,
        pub(crate) button_en: Option<String>,
        pub(crate) button_path: Option<String>,
        pub(crate) people: i64,
        pub(crate) position: UserId,
        pub(crate) fanned_out: bool,
        pub(crate) sent: i64,
        pub(crate) failed: i64,
        pub(crate) look_at: Option<Timestamp>,
        pub(crate) created_at: Timestamp,
        pub(crate) created_by: String,
        pub(crate) started_at: Option<Timestamp>,
        pub(crate) finished_at: Option<Timestamp>,
    }
}

torg_platform::sql! {
    pub(crate) fn insert(
        text_ru: &str, text_en: &str, audience: Audience, button_ru: Option<&str>,
        button_en: Option<&str>, button_path: Option<&str>, people: i64, at: Timestamp, by: &str,
    ) -> One<i64> =
        "INSERT INTO telegram_broadcasts
             (state, text_ru, text_en, audience, button_ru, button_en, button_path, people,
              position, fanned_out, sent, failed, created_at, created_by)
         VALUES ('draft', $1, $2, $3, $4, $5, $6, $7, 0, FALSE, 0, 0, $8, $9) RETURNING id";
    pub(crate) fn find(id: i64) -> Option<Broadcast> =
        "SELECT id, state, text_ru, text_en, audience, button_ru, button_en, button_path, people,
                position, fanned_out, sent, failed, look_at, created_at, created_by, started_at,
                finished_at
         FROM telegram_broadcasts WHERE id = $1";
    pub(crate) fn lock(id: i64) -> Option<Locked<Broadcast>> =
        "SELECT id, state, text_ru, text_en, audience, button_ru, button_en, button_path, people,
                position, fanned_out, sent, failed, look_at, created_at, created_by, started_at,
                finished_at
         FROM telegram_broadcasts WHERE id = $1 FOR UPDATE";
    /// One that there is something to do for, and that no other process has in hand.
    pub(crate) fn lock_due(now: Timestamp) -> Option<Locked<Broadcast>> =
        "SELECT id, state, text_ru, text_en, audience, button_ru, button_en, button_path, people,
                position, fanned_out, sent, failed, look_at, created_at, created_by, started_at,
                finished_at
         FROM telegram_broadcasts WHERE look_at <= $1
         ORDER BY look_at, id LIMIT 1 FOR UPDATE SKIP LOCKED";
    pub(crate) fn next_due() -> Option<Timestamp> =
        "SELECT look_at FROM telegram_broadcasts WHERE look_at IS NOT NULL
         ORDER BY look_at LIMIT 1";
    pub(crate) fn list(before: i64, limit: i64) -> Vec<Broadcast> =
        "SELECT id, state, text_ru, text_en, audience, button_ru, button_en, button_path, people,
                position, fanned_out, sent, failed, look_at, created_at, created_by, started_at,
                finished_at
         FROM telegram_broadcasts WHERE id < $1 ORDER BY id DESC LIMIT $2";
    pub(crate) fn start(id: i64, people: i64, now: Timestamp) -> Changed =
        "UPDATE telegram_broadcasts
         SET state = 'sending', people = $2, started_at = $3, look_at = $3
         WHERE id = $1 AND state = 'draft'";
    pub(crate) fn cancel(id: i64, look_at: Timestamp) -> Changed =
        "UPDATE telegram_broadcasts SET state = 'canceled', fanned_out = TRUE, look_at = $2
         WHERE id = $1 AND state IN ('draft', 'sending')";
    pub(crate) fn go_on(id: i64, position: UserId, fanned_out: bool, look_at: Timestamp) -> Changed =
        "UPDATE telegram_broadcasts SET position = $2, fanned_out = $3, look_at = $4
         WHERE id = $1 AND state = 'sending'";
    pub(crate) fn wait(id: i64, look_at: Timestamp) -> Changed =
        "UPDATE telegram_broadcasts SET look_at = $2 WHERE id = $1";
    pub(crate) fn finish(id: i64, state: State, sent: i64, failed: i64, now: Timestamp) -> Changed =
        "UPDATE telegram_broadcasts
         SET state = $2, sent = $3, failed = $4, finished_at = $5, look_at = NULL WHERE id = $1";

    /// Messages of a broadcast by their state.
    pub(crate) fn tally(broadcast: i64) -> Vec<(String, i64)> =
        "SELECT state, count(*) FROM telegram_messages WHERE broadcast = $1 GROUP BY state";
    /// Messages of all broadcasts that wait to be sent.
    pub(crate) fn count_waiting() -> One<i64> =
        "SELECT count(*) FROM telegram_messages
         WHERE broadcast IS NOT NULL AND state = 'waiting'";
    pub(crate) fn insert_message(
        key: &str, chat_id: i64, content: &str, broadcast: i64, expires_at: Timestamp,
        now: Timestamp,
    ) -> u64 =
        "INSERT INTO telegram_messages
             (key, chat_id, content, version, shown, state, once, expires_at, due_at, attempts,
              created_at, changed_at, broadcast)
         VALUES ($1, $2, $3, 1, 0, 'waiting', TRUE, $5, $6, 0, $6, $6, $4)
         ON CONFLICT (key) DO NOTHING";
    /// What was not sent never is. One that is on its way says itself what becomes of it.
    pub(crate) fn withdraw(broadcast: i64, now: Timestamp) -> u64 =
        "UPDATE telegram_messages SET state = 'expired', changed_at = $2
         WHERE broadcast = $1 AND state = 'waiting'";

    /// Everybody who has started the bot.
    pub(crate) fn started(after: UserId, limit: i64) -> Vec<UserId> =
        "SELECT user_id FROM telegram_people WHERE started_at IS NOT NULL AND user_id > $1
         ORDER BY user_id LIMIT $2";
    /// Those of them whom the bot can write to.
    pub(crate) fn reachable(after: UserId, last: UserId) -> Vec<UserId> =
        "SELECT p.user_id FROM telegram_people AS p
         WHERE p.started_at IS NOT NULL AND p.user_id > $1 AND p.user_id <= $2 AND NOT EXISTS (
             SELECT 1 FROM telegram_chats AS c
             WHERE c.chat_id = p.user_id AND c.unreachable IS NOT NULL)";
}
