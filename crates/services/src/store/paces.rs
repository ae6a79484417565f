//! How fast people write to each other.

use torg_platform::db::Locked;
use torg_platform::{Timestamp, UserId};

torg_platform::sql! {
    /// When the allowance of `user` is whole again.
    pub(crate) fn lock(user: UserId) -> Option<Locked<Timestamp>> =
        "SELECT idle_at FROM services_paces WHERE user_id = $1 FOR UPDATE";
    pub(crate) fn save(user: UserId, idle_at: Timestamp) -> () =
        "INSERT INTO services_paces (user_id, idle_at) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET idle_at = excluded.idle_at";
}
