//! What people have chosen, what they were asked, and what the operator has arranged.

use torg_platform::db::One;
use torg_platform::{Timestamp, UserId};

torg_platform::row! {
    /// A person's choices.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub(crate) struct Choices {
        pub(crate) language: Option<String>,
        pub(crate) role: Option<String>,
        pub(crate) started_at: Option<Timestamp>,
        pub(crate) seen_at: Option<Timestamp>,
    }
}

torg_platform::row! {
    /// A question that is open.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Dialog {
        pub(crate) market: String,
        pub(crate) state: String,
        pub(crate) expires_at: Timestamp,
    }
}

torg_platform::sql! {
    pub(crate) fn choices(user: UserId) -> Option<Choices> =
        "SELECT language, role, started_at, seen_at FROM telegram_people WHERE user_id = $1";
    pub(crate) fn start(user: UserId, now: Timestamp, seen_at: Timestamp) -> () =
        "INSERT INTO telegram_people (user_id, started_at, seen_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET
             started_at = COALESCE(telegram_people.started_at, excluded.started_at),
             seen_at = CASE WHEN telegram_people.seen_at > excluded.seen_at
                 THEN telegram_people.seen_at ELSE excluded.seen_at END";
    pub(crate) fn refer(user: UserId, referrer: &str) -> u64 =
        "UPDATE telegram_people SET referrer = $2 WHERE user_id = $1 AND referrer IS NULL";
    pub(crate) fn choose_language(user: UserId, language: &str) -> () =
        "INSERT INTO telegram_people (user_id, language) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET language = excluded.language";
    pub(crate) fn choose_role(user: UserId, role: &str) -> () =
        "INSERT INTO telegram_people (user_id, role) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET role = excluded.role";
    pub(crate) fn dialog(user: UserId, now: Timestamp) -> Option<Dialog> =
        "SELECT market, state, expires_at FROM telegram_dialogs
         WHERE user_id = $1 AND expires_at > $2";
    pub(crate) fn ask(user: UserId, market: &str, state: &str, expires_at: Timestamp) -> () =
        "INSERT INTO telegram_dialogs (user_id, market, state, expires_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE SET
             market = excluded.market, state = excluded.state, expires_at = excluded.expires_at";
    pub(crate) fn end_dialog(user: UserId) -> () =
        "DELETE FROM telegram_dialogs WHERE user_id = $1";
    pub(crate) fn forget_dialogs(before: Timestamp) -> u64 =
        "DELETE FROM telegram_dialogs WHERE expires_at <= $1";
    pub(crate) fn setting(name: &str) -> Option<String> =
        "SELECT value FROM telegram_settings WHERE name = $1";
    pub(crate) fn set(name: &str, value: &str, by: UserId, at: Timestamp) -> () =
        "INSERT INTO telegram_settings (name, value, by_user, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name) DO UPDATE SET
             value = excluded.value, by_user = excluded.by_user, at = excluded.at";
    /// Set unless it was set before.
    pub(crate) fn set_first(name: &str, value: &str, by: UserId, at: Timestamp) -> u64 =
        "INSERT INTO telegram_settings (name, value, by_user, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name) DO NOTHING";
    pub(crate) fn unset(name: &str) -> u64 = "DELETE FROM telegram_settings WHERE name = $1";
    pub(crate) fn is_started(user: UserId) -> One<bool> =
        "SELECT EXISTS (SELECT 1 FROM telegram_people
             WHERE user_id = $1 AND started_at IS NOT NULL)";
}
