//! SQL of the idempotency records.

use crate::Timestamp;

crate::row! {
    pub(super) struct Stored { pub(super) fingerprint: Vec<u8>, pub(super) status: i64, pub(super) response: String }
}

crate::sql! {
    pub(super) fn find(scope: &str, key: &str) -> Option<Stored> =
        "SELECT fingerprint, status, response FROM platform_requests
         WHERE scope = $1 AND key = $2";
    pub(super) fn insert(
        scope: &str, key: &str, fingerprint: &[u8], status: i64, response: &str, at: Timestamp,
    ) -> u64 =
        "INSERT INTO platform_requests (scope, key, fingerprint, status, response, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (scope, key) DO NOTHING";
    pub(super) fn delete_before(before: Timestamp) -> u64 =
        "DELETE FROM platform_requests WHERE created_at < $1";
}
