//! SQL of Stars.

use torg_platform::Timestamp;
use torg_platform::db::{Changed, Locked};

torg_platform::row! {
    /// Stars that came in.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Charge {
        pub(crate) charge_id: String,
        pub(crate) user_id: i64,
        pub(crate) payment_id: String,
        pub(crate) stars: i64,
        pub(crate) listed_at: Option<Timestamp>,
        pub(crate) refunded_at: Option<Timestamp>,
        pub(crate) refund_listed_at: Option<Timestamp>,
    }
}

torg_platform::row! {
    /// How far Telegram's list was read.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Place {
        pub(crate) seen: i64,
        pub(crate) last: String,
    }
}

torg_platform::sql! {
    pub(crate) fn insert(
        charge: &str, bot: i64, user: i64, payment: &str, stars: i64, now: Timestamp,
    ) -> u64 =
        "INSERT INTO telegram_star_charges
             (charge_id, bot_id, user_id, payment_id, stars, received_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (charge_id) DO NOTHING";
    pub(crate) fn find(charge: &str) -> Option<Charge> =
        "SELECT charge_id, user_id, payment_id, stars, listed_at, refunded_at, refund_listed_at
         FROM telegram_star_charges WHERE charge_id = $1";
    pub(crate) fn lock(charge: &str) -> Option<Locked<Charge>> =
        "SELECT charge_id, user_id, payment_id, stars, listed_at, refunded_at, refund_listed_at
         FROM telegram_star_charges WHERE charge_id = $1 FOR UPDATE";
    pub(crate) fn mark_listed(charge: &str, now: Timestamp) -> Changed =
        "UPDATE telegram_star_charges SET listed_at = coalesce(listed_at, $2)
         WHERE charge_id = $1";
    pub(crate) fn mark_refunded(charge: &str, now: Timestamp) -> u64 =
        "UPDATE telegram_star_charges SET refunded_at = $2
         WHERE charge_id = $1 AND refunded_at IS NULL";
    pub(crate) fn mark_refund_listed(charge: &str, now: Timestamp) -> Changed =
        "UPDATE telegram_star_charges SET refunded_at = coalesce(refunded_at, $2),
             refund_listed_at = coalesce(refund_listed_at, $2)
         WHERE charge_id = $1";
    /// Charges of before that are not on Telegram's list.
    pub(crate) fn unlisted(bot: i64, before: Timestamp, after: &str, limit: i64) -> Vec<Charge> =
        "SELECT charge_id, user_id, payment_id, stars, listed_at, refunded_at, refund_listed_at
         FROM telegram_star_charges
         WHERE bot_id = $1 AND listed_at IS NULL AND received_at < $2 AND charge_id > $3
         ORDER BY charge_id LIMIT $4";
    /// Charges that went back before and are not on Telegram's list as such.
    pub(crate) fn unlisted_refunds(
        bot: i64, before: Timestamp, after: &str, limit: i64,
    ) -> Vec<Charge> =
        "SELECT charge_id, user_id, payment_id, stars, listed_at, refunded_at, refund_listed_at
         FROM telegram_star_charges
         WHERE bot_id = $1 AND refunded_at IS NOT NULL AND refund_listed_at IS NULL
             AND refunded_at < $2 AND charge_id > $3
         ORDER BY charge_id LIMIT $4";
    pub(crate) fn place(bot: i64) -> Option<Place> =
        "SELECT seen, last FROM telegram_star_lists WHERE bot_id = $1";
    pub(crate) fn move_to(bot: i64, seen: i64, last: &str) -> () =
        "INSERT INTO telegram_star_lists (bot_id, seen, last) VALUES ($1, $2, $3)
         ON CONFLICT (bot_id) DO UPDATE SET seen = excluded.seen, last = excluded.last";
}
