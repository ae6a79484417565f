//! SQL of webhooks.

use crate::Timestamp;
use crate::db::{Changed, Locked};

crate::row! {
    /// An address that wants to hear of events. Without its secret, which is read where it is
    /// used only.
    #[derive(Debug, Clone)]
    pub(super) struct Endpoint {
        pub(super) id: String,
        pub(super) url: String,
        pub(super) topics: String,
        pub(super) is_active: bool,
        pub(super) created_at: Timestamp,
        pub(super) created_by: String,
        pub(super) disabled_reason: Option<String>,
    }
}

crate::row! {
    /// Where a delivery goes and what it is signed with.
    pub(super) struct Address {
        pub(super) url: String,
        pub(super) secret: String,
        pub(super) is_active: bool,
    }
}

crate::sql! {
    pub(super) fn insert(
        id: &str, url: &str, secret: &str, topics: &str, at: Timestamp, by: &str,
    ) -> () =
        "INSERT INTO platform_webhooks
           (id, url, secret, topics, is_active, created_at, created_by)
         VALUES ($1, $2, $3, $4, TRUE, $5, $6)";
    pub(super) fn list() -> Vec<Endpoint> =
        "SELECT id, url, topics, is_active, created_at, created_by, disabled_reason
         FROM platform_webhooks ORDER BY created_at, id";
    pub(super) fn lock(id: &str) -> Option<Locked<Endpoint>> =
        "SELECT id, url, topics, is_active, created_at, created_by, disabled_reason
         FROM platform_webhooks WHERE id = $1 FOR UPDATE";
    pub(super) fn address(id: &str) -> Option<Address> =
        "SELECT url, secret, is_active FROM platform_webhooks WHERE id = $1";
    /// Name and topics of those that are switched on.
    pub(super) fn active() -> Vec<(String, String)> =
        "SELECT id, topics FROM platform_webhooks WHERE is_active ORDER BY id";
    pub(super) fn update(
        id: &str, url: &str, topics: &str, is_active: bool, disabled_reason: Option<&str>,
    ) -> Changed =
        "UPDATE platform_webhooks
         SET url = $2, topics = $3, is_active = $4, disabled_reason = $5 WHERE id = $1";
    pub(super) fn set_secret(id: &str, secret: &str) -> Changed =
        "UPDATE platform_webhooks SET secret = $2 WHERE id = $1";
    pub(super) fn delete(id: &str) -> Changed = "DELETE FROM platform_webhooks WHERE id = $1";
    /// Only while it is the address that has said so.
    pub(super) fn disable(id: &str, url: &str, reason: &str) -> u64 =
        "UPDATE platform_webhooks SET is_active = FALSE, disabled_reason = $3
         WHERE id = $1 AND url = $2 AND is_active";
}
