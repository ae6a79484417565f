//! The orders of the market under test.

use torg_platform::db::{Changed, Locked, Migrations};

pub(crate) const MIGRATIONS: Migrations = Migrations {
    package: "startest",
    sqlite: &[(
        "0001_orders",
        "CREATE TABLE startest_orders (
            id TEXT NOT NULL PRIMARY KEY, amount_minor INTEGER NOT NULL, note TEXT NOT NULL,
            paid INTEGER NOT NULL) STRICT;",
    )],
    postgres: &[(
        "0001_orders",
        "CREATE TABLE startest_orders (
            id TEXT PRIMARY KEY, amount_minor BIGINT NOT NULL, note TEXT NOT NULL,
            paid BIGINT NOT NULL);",
    )],
};

torg_platform::row! {
    #[derive(Debug, Clone)]
    pub(crate) struct Order {
        pub(crate) id: String,
        pub(crate) amount_minor: i64,
        pub(crate) note: String,
        pub(crate) paid: i64,
    }
}

torg_platform::sql! {
    pub(crate) fn insert_order(id: &str, amount: i64, note: &str) -> () =
        "INSERT INTO startest_orders (id, amount_minor, note, paid) VALUES ($1, $2, $3, 0)";
    pub(crate) fn find_order(id: &str) -> Option<Order> =
        "SELECT id, amount_minor, note, paid FROM startest_orders WHERE id = $1";
    pub(crate) fn lock_order(id: &str) -> Option<Locked<Order>> =
        "SELECT id, amount_minor, note, paid FROM startest_orders WHERE id = $1 FOR UPDATE";
    pub(crate) fn set_note(id: &str, note: &str) -> Changed =
        "UPDATE startest_orders SET note = $2 WHERE id = $1";
    pub(crate) fn count_paid(id: &str) -> Changed =
        "UPDATE startest_orders SET paid = paid + 1 WHERE id = $1";
}
