//! SQL of the settings.

use crate::Timestamp;
use crate::db::Locked;

crate::row! {
    /// What a name was changed to last.
    #[derive(Debug, Clone)]
    pub(super) struct Stored {
        pub(super) name: String,
        pub(super) value: Option<String>,
        pub(super) version: i64,
        pub(super) changed_at: Timestamp,
        pub(super) changed_by: String,
    }
}

crate::row! {
    /// One change.
    #[derive(Debug, Clone)]
    pub(super) struct Change {
        pub(super) version: i64,
        pub(super) changed_at: Timestamp,
        pub(super) changed_by: String,
        pub(super) old_value: Option<String>,
        pub(super) new_value: Option<String>,
        pub(super) reason: String,
    }
}

crate::sql! {
    pub(super) fn all() -> Vec<Stored> =
        "SELECT name, value, version, changed_at, changed_by FROM platform_settings";
    pub(super) fn lock(name: &str) -> Option<Locked<Stored>> =
        "SELECT name, value, version, changed_at, changed_by FROM platform_settings
         WHERE name = $1 FOR UPDATE";
    /// The first change of a name; 0 when somebody was faster.
    pub(super) fn insert(name: &str, value: Option<&str>, at: Timestamp, by: &str) -> u64 =
        "INSERT INTO platform_settings (name, value, version, changed_at, changed_by)
         VALUES ($1, $2, 1, $3, $4) ON CONFLICT (name) DO NOTHING";
    /// A later change of the version that was seen; 0 when somebody was faster.
    pub(super) fn update(
        name: &str, value: Option<&str>, seen: i64, at: Timestamp, by: &str,
    ) -> u64 =
        "UPDATE platform_settings
         SET value = $2, version = version + 1, changed_at = $4, changed_by = $5
         WHERE name = $1 AND version = $3";
    pub(super) fn remember(
        name: &str, version: i64, at: Timestamp, by: &str,
        old: Option<&str>, new: Option<&str>, reason: &str,
    ) -> () =
        "INSERT INTO platform_setting_changes
             (name, version, changed_at, changed_by, old_value, new_value, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// Changes of a name before a version, newest first.
    pub(super) fn changes(name: &str, before: i64, limit: i64) -> Vec<Change> =
        "SELECT version, changed_at, changed_by, old_value, new_value, reason
         FROM platform_setting_changes WHERE name = $1 AND version < $2
         ORDER BY version DESC LIMIT $3";
}
