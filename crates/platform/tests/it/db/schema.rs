//! Tables and statements that the tests of the engines use.

use torg_platform::Timestamp;
use torg_platform::db::{Changed, Locked, Migrations, One};

/// Written out, because the files do not belong to the package's own migrations.
pub(crate) const MIGRATIONS: &[Migrations] = &[Migrations {
    package: "dbtest",
    sqlite: &[(
        "0001_tables",
        "CREATE TABLE dbtest_values (
            id INTEGER PRIMARY KEY, i INTEGER, f REAL, t TEXT, b BLOB,
            o INTEGER CHECK (o IN (0, 1)), at INTEGER) STRICT;
        CREATE TABLE dbtest_items (
            id TEXT PRIMARY KEY, n INTEGER NOT NULL CHECK (n >= 0)) STRICT, WITHOUT ROWID;
        CREATE TABLE dbtest_children (
            id TEXT PRIMARY KEY, item TEXT NOT NULL REFERENCES dbtest_items (id)) STRICT;
        CREATE TRIGGER dbtest_refuse BEFORE DELETE ON dbtest_children BEGIN
            SELECT RAISE(ABORT, 'children stay');
        END;",
    )],
    postgres: &[(
        "0001_tables",
        "CREATE TABLE dbtest_values (
            id BIGINT PRIMARY KEY, i BIGINT, f DOUBLE PRECISION, t TEXT, b BYTEA,
            o BOOLEAN, at TIMESTAMPTZ);
        CREATE TABLE dbtest_items (
            id TEXT PRIMARY KEY, n BIGINT NOT NULL CHECK (n >= 0));
        CREATE TABLE dbtest_children (
            id TEXT PRIMARY KEY, item TEXT NOT NULL REFERENCES dbtest_items (id));
        CREATE FUNCTION dbtest_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'children stay'; END $$;
        CREATE TRIGGER dbtest_refuse BEFORE DELETE ON dbtest_children
            FOR EACH ROW EXECUTE FUNCTION dbtest_refuse();",
    )],
}];

torg_platform::row! {
    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct Values {
        pub(crate) i: Option<i64>,
        pub(crate) f: Option<f64>,
        pub(crate) t: Option<String>,
        pub(crate) b: Option<Vec<u8>>,
        pub(crate) o: Option<bool>,
        pub(crate) at: Option<Timestamp>,
    }
}

torg_platform::row! {
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct Item { pub(crate) id: String, pub(crate) n: i64 }
}

torg_platform::sql! {
    pub(crate) fn put_values(
        id: i64, i: Option<i64>, f: Option<f64>, t: Option<&str>, b: Option<&[u8]>,
        o: Option<bool>, at: Option<Timestamp>,
    ) -> () = "INSERT INTO dbtest_values (id, i, f, t, b, o, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    pub(crate) fn get_values(id: i64) -> Option<Values> =
        "SELECT i, f, t, b, o, at FROM dbtest_values WHERE id = $1";
    /// Finds the row only if the database agrees that each value is what it was.
    pub(crate) fn same_values(
        id: i64, i: i64, f: f64, t: &str, b: &[u8], o: bool, at: Timestamp,
    ) -> One<i64> = "SELECT count(*) FROM dbtest_values
        WHERE id = $1 AND i = $2 AND f = $3 AND t = $4 AND b = $5 AND o = $6 AND at = $7";
    pub(crate) fn null_values(id: i64) -> One<i64> = "SELECT count(*) FROM dbtest_values
        WHERE id = $1 AND i IS NULL AND f IS NULL AND t IS NULL AND b IS NULL AND o IS NULL
          AND at IS NULL";
    /// Reads columns that may be NULL into types that may not.
    pub(crate) fn must_have(id: i64) -> Option<(i64, String)> =
        "SELECT i, t FROM dbtest_values WHERE id = $1";

    /// Deferred: its error surfaces later on PostgreSQL.
    pub(crate) fn add(id: &str, n: i64) -> () =
        "INSERT INTO dbtest_items (id, n) VALUES ($1, $2)";
    /// Answered at once.
    pub(crate) fn add_now(id: &str, n: i64) -> u64 =
        "INSERT INTO dbtest_items (id, n) VALUES ($1, $2)";
    pub(crate) fn add_child(id: &str, item: &str) -> () =
        "INSERT INTO dbtest_children (id, item) VALUES ($1, $2)";
    pub(crate) fn drop_child(id: &str) -> u64 = "DELETE FROM dbtest_children WHERE id = $1";
    pub(crate) fn item(id: &str) -> Option<Item> = "SELECT id, n FROM dbtest_items WHERE id = $1";
    pub(crate) fn lock_item(id: &str) -> Option<Locked<Item>> =
        "SELECT id, n FROM dbtest_items WHERE id = $1 FOR UPDATE";
    pub(crate) fn set(id: &str, n: i64) -> Changed =
        "UPDATE dbtest_items SET n = $2 WHERE id = $1";
    pub(crate) fn bump(id: &str, by: i64) -> () =
        "UPDATE dbtest_items SET n = n + $2 WHERE id = $1";
    pub(crate) fn ids() -> Vec<String> = "SELECT id FROM dbtest_items ORDER BY id";
    pub(crate) fn count() -> One<i64> = "SELECT count(*) FROM dbtest_items";
}
