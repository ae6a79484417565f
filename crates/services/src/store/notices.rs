//! Who was told of which order, and who is still to be told.

use super::people::Subscriber;
use torg_platform::db::{Locked, Result, Tx};
use torg_platform::{Timestamp, UserId};

torg_platform::row! {
    /// An order whose subscribers are being told something.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Broadcast {
        pub(crate) order_id: String,
        pub(crate) kind: String,
        pub(crate) after_user: UserId,
    }
}

torg_platform::row! {
    /// An order that somebody was told of, or is to be told of.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Notice {
        pub(crate) user_id: UserId,
        pub(crate) due_at: Option<Timestamp>,
        pub(crate) digest: Option<String>,
    }
}

torg_platform::sql! {
    fn insert_broadcast(order: &str, kind: &str, now: Timestamp) -> () =
        "INSERT INTO services_broadcasts (order_id, kind, after_user, started_at)
         VALUES ($1, $2, 0, $3)
         ON CONFLICT (order_id, kind) DO UPDATE SET after_user = 0";
    fn next_offer() -> Option<Timestamp> =
        "SELECT started_at FROM services_broadcasts WHERE kind = 'offer'
         ORDER BY started_at LIMIT 1";
    fn next_change() -> Option<Timestamp> =
        "SELECT started_at FROM services_broadcasts WHERE kind = 'change'
         ORDER BY started_at LIMIT 1";
    fn lock_offer() -> Option<Locked<Broadcast>> =
        "SELECT order_id, kind, after_user FROM services_broadcasts WHERE kind = 'offer'
         ORDER BY started_at LIMIT 1 FOR UPDATE SKIP LOCKED";
    // What has changed waits until what is offered was offered: an offer must not come after it.
    fn lock_change() -> Option<Locked<Broadcast>> =
        "SELECT order_id, kind, after_user FROM services_broadcasts
         WHERE kind = 'change' AND NOT EXISTS (
             SELECT 1 FROM services_broadcasts o
             WHERE o.order_id = services_broadcasts.order_id AND o.kind = 'offer')
         ORDER BY started_at LIMIT 1 FOR UPDATE SKIP LOCKED";
    fn advance_broadcast(order: &str, kind: &str, after: UserId) -> () =
        "UPDATE services_broadcasts SET after_user = $3 WHERE order_id = $1 AND kind = $2";
    fn delete_broadcast(order: &str, kind: &str) -> () =
        "DELETE FROM services_broadcasts WHERE order_id = $1 AND kind = $2";

    /// Whether anybody was told of it, or is being told.
    pub(crate) fn is_told(order: &str) -> Option<UserId> =
        "SELECT user_id FROM services_notices WHERE order_id = $1
         UNION ALL
         SELECT after_user FROM services_broadcasts WHERE order_id = $1 AND kind = 'offer' LIMIT 1";
    /// 0 when this person has a notice of this order.
    pub(crate) fn insert(
        order: &str, user: UserId, now: Timestamp, due_at: Option<Timestamp>,
    ) -> u64 =
        "INSERT INTO services_notices (order_id, user_id, created_at, due_at)
         VALUES ($1, $2, $3, $4) ON CONFLICT (order_id, user_id) DO NOTHING";
    pub(crate) fn of_order(order: &str, after: UserId, limit: i64) -> Vec<Notice> =
        "SELECT user_id, due_at, digest FROM services_notices
         WHERE order_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3";
    pub(crate) fn delete(order: &str, user: UserId) -> () =
        "DELETE FROM services_notices WHERE order_id = $1 AND user_id = $2";

    pub(crate) fn next_due() -> Option<Timestamp> =
        "SELECT due_at FROM services_notices WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1";
    pub(crate) fn due_users(now: Timestamp, limit: i64) -> Vec<UserId> =
        "SELECT user_id FROM services_notices WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
    /// Orders that `user` is to be told of, oldest first.
    pub(crate) fn pending_of(user: UserId) -> Vec<String> =
        "SELECT order_id FROM services_notices WHERE user_id = $1 AND due_at IS NOT NULL
         ORDER BY created_at, order_id";
    pub(crate) fn waits(user: UserId) -> Option<UserId> =
        "SELECT user_id FROM services_notices WHERE user_id = $1 AND due_at IS NOT NULL LIMIT 1";
    pub(crate) fn told(order: &str, user: UserId, digest: Option<&str>) -> () =
        "UPDATE services_notices SET due_at = NULL, digest = $3
         WHERE order_id = $1 AND user_id = $2";
    pub(crate) fn look_again(user: UserId, at: Timestamp) -> () =
        "UPDATE services_notices SET due_at = $2 WHERE user_id = $1 AND due_at IS NOT NULL";
    /// Orders of one digest that there is still something to say of, oldest first.
    pub(crate) fn in_digest(user: UserId, digest: &str) -> Vec<String> =
        "SELECT order_id FROM services_notices WHERE user_id = $1 AND digest = $2
         ORDER BY created_at, order_id";
}

/// When a broadcast was begun that has not ended.
pub(crate) fn next_broadcast(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    match next_offer(tx)? {
        Some(at) => Ok(Some(at)),
        None => next_change(tx),
    }
}

/// A broadcast that nobody else works on; offers come first.
pub(crate) fn lock_broadcast(tx: &mut Tx<'_>) -> Result<Option<Locked<Broadcast>>> {
    match lock_offer(tx)? {
        Some(offer) => Ok(Some(offer)),
        None => lock_change(tx),
    }
}

/// Tells all subscribers `kind` from the first one on.
pub(crate) fn broadcast(tx: &mut Tx<'_>, order: &str, kind: &str, now: Timestamp) -> Result<()> {
    insert_broadcast(tx, order, kind, now)
}

/// Goes on after `last`, or ends when nobody is left.
pub(crate) fn went_on(
    tx: &mut Tx<'_>,
    broadcast: &Locked<Broadcast>,
    last: Option<UserId>,
) -> Result<()> {
    let (order, kind) = (&broadcast.order_id, &broadcast.kind);
    match last {
        Some(last) => advance_broadcast(tx, order, kind, last),
        None => delete_broadcast(tx, order, kind),
    }
}

impl Subscriber {
    /// From when on they may be told of orders again.
    pub(crate) fn free_at(&self) -> Option<Timestamp> {
        let minutes = u64::try_from(self.notify_frequency).unwrap_or_default();
        let pause = std::time::Duration::from_mins(minutes);
        self.last_notified_at.map(|last| last.plus(pause))
    }
}
