//! Work that one process does at a time.

use torg_platform::Timestamp;
use torg_platform::db::Locked;

torg_platform::row! {
    /// Who does it, and how far they are.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Lease {
        pub(crate) holder: String,
        pub(crate) until: Timestamp,
        pub(crate) position: i64,
    }
}

torg_platform::sql! {
    pub(crate) fn open(name: &str, holder: &str, until: Timestamp) -> u64 =
        "INSERT INTO telegram_leases (name, holder, until, position) VALUES ($1, $2, $3, 0)
         ON CONFLICT (name) DO NOTHING";
    pub(crate) fn lock(name: &str) -> Option<Locked<Lease>> =
        "SELECT holder, until, position FROM telegram_leases WHERE name = $1 FOR UPDATE";
    pub(crate) fn hold(name: &str, holder: &str, until: Timestamp) -> () =
        "UPDATE telegram_leases SET holder = $2, until = $3 WHERE name = $1";
    pub(crate) fn advance(name: &str, position: i64) -> () =
        "UPDATE telegram_leases SET position = $2 WHERE name = $1";
}
