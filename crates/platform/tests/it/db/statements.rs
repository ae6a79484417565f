//! Every statement is prepared on both engines and fits its Rust types; wrong ones are found.

use super::schema::MIGRATIONS;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use torg_platform::db::{Db, Engine, Error, Migrations, check_statements};
use torg_testkit::{TestDb, assert_migration_files, both_engines};

/// The kernel's tables and those of this suite.
const ALL: &[Migrations] = &[
    torg_platform::MIGRATIONS,
    MIGRATIONS[0],
    crate::payments::MIGRATIONS,
];

/// Statements that exist to be found wrong, never to run.
mod wrong {
    use torg_platform::db::{Locked, One};

    torg_platform::row! { pub(crate) struct Numbered { pub(crate) id: String, pub(crate) number: i64 } }

    torg_platform::sql! {
        fn column_name() -> Option<Numbered> = "SELECT id, n FROM dbtest_items";
        fn column_type() -> Option<String> = "SELECT n FROM dbtest_items";
        fn column_of_32_bits() -> Option<i64> = "SELECT CAST(n AS INTEGER) FROM dbtest_items";
        fn column_too_many() -> Option<i64> = "SELECT n, id FROM dbtest_items";
        fn column_unknown() -> Option<i64> = "SELECT absent FROM dbtest_items";
        fn table_unknown() -> One<i64> = "SELECT count(*) FROM dbtest_nothing";
        fn parameter_type(id: i64) -> u64 = "DELETE FROM dbtest_items WHERE id = $1";
        fn parameter_missing(id: &str) -> u64 = "DELETE FROM dbtest_items WHERE id = $1 AND n = $2";
        fn parameter_unused(id: &str, n: i64) -> u64 = "DELETE FROM dbtest_items WHERE id = $1";
        fn parameter_skipped(
            a: &str, b: &str, c: &str, d: &str, e: &str, f: &str, g: &str, h: &str, i: &str, j: &str,
        ) -> u64 = "DELETE FROM dbtest_items WHERE id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10)";
        fn lock_forgotten(id: &str) -> Option<Locked<i64>> =
            "SELECT n FROM dbtest_items WHERE id = $1";
        fn lock_not_understood(id: &str) -> Option<Locked<i64>> =
            "SELECT n FROM dbtest_items WHERE id = $1 FOR UPDATE OF dbtest_items";
        fn rows_unread() -> () = "SELECT id FROM dbtest_items";
        fn not_for_a_unit() -> () = "VACUUM";
        fn one_engine_only() -> u64 = "DELETE FROM dbtest_items WHERE id = ANY (ARRAY['a'])";
    }
}

/// What is said of each, on SQLite and on PostgreSQL; nothing where only the other can know.
const EXPECTED: &[(&str, &str, &str)] = &[
    (
        "column_name",
        "column n instead of number",
        "column n instead of number",
    ),
    (
        "column_type",
        "column n read as Text",
        "n is int8, read as Text",
    ),
    ("column_of_32_bits", "", "n is int4, read as Int"),
    (
        "column_too_many",
        "2 columns, 1 declared",
        "2 columns, 1 declared",
    ),
    (
        "column_unknown",
        "no such column: absent",
        "absent\\\" does not exist",
    ),
    (
        "table_unknown",
        "no such table: dbtest_nothing",
        "dbtest_nothing\\\" does not exist",
    ),
    ("parameter_type", "", "$1 is text, bound as Int"),
    (
        "parameter_missing",
        "2 parameters, 1 declared",
        "2 parameters, 1 declared",
    ),
    (
        "parameter_unused",
        "parameter $2 is not used",
        "parameter $2 is not used",
    ),
    (
        "parameter_skipped",
        "parameter $1 is not used",
        "parameter $1 is not used",
    ),
    (
        "lock_forgotten",
        "promises locked rows without FOR UPDATE",
        "promises locked rows without FOR UPDATE",
    ),
    ("lock_not_understood", "syntax error", ""),
    (
        "rows_unread",
        "rows that nobody reads",
        "rows that nobody reads",
    ),
    (
        "not_for_a_unit",
        "may not run \"VACUUM\"",
        "may not run \"VACUUM\"",
    ),
    ("one_engine_only", "syntax error", ""),
];

async fn check(t: &TestDb) -> Vec<String> {
    let (db, options, all) = (t.db.clone(), t.options.clone(), t.migrations.clone());
    tokio::task::spawn_blocking(move || check_statements(&db, &options, &all))
        .await
        .unwrap()
        .unwrap()
}

both_engines! { ALL =>
    async fn wrong_statements_are_found_and_only_they(t: TestDb) {
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        for line in check(&t).await {
            let planted = line.split_once("statements::wrong::").map(|(_, rest)| rest.to_owned());
            let Some(planted) = planted else { panic!("a real statement is wrong: {line}") };
            let (name, text) = planted.split_once(": ").unwrap();
            found.entry(name.to_owned()).or_default().push_str(text);
        }
        for (name, sqlite, postgres) in EXPECTED {
            let expected = match t.engine() { Engine::Sqlite => sqlite, Engine::Postgres => postgres };
            match found.remove(*name) {
                Some(text) => assert!(
                    !expected.is_empty() && text.contains(expected),
                    "{name}: {text:?} instead of {expected:?}"
                ),
                None => assert!(expected.is_empty(), "{name} was not found: {expected}"),
            }
        }
        assert!(found.is_empty(), "not planted: {found:?}");
    }

    async fn migrations_are_applied_once_and_never_edited(t: TestDb) {
        let mut t = t;
        t.reopen().await;
        t.db.close().await;
        let open = async |migrations: Vec<Migrations>| {
            let (options, clock) = (t.options.clone(), t.clock.clone());
            tokio::task::spawn_blocking(move || Db::open(&options, clock, &migrations)).await.unwrap()
        };
        let forgotten = open(vec![torg_platform::MIGRATIONS]).await;
        assert!(
            matches!(&forgotten, Err(Error::Migration(text)) if text.contains("newer version")),
            "{forgotten:?}"
        );
        const EDITED: &[(&str, &str)] = &[("0001_tables", "SELECT 1")];
        let edited = open(vec![
            torg_platform::MIGRATIONS,
            Migrations { package: "dbtest", sqlite: EDITED, postgres: EDITED },
        ]).await;
        assert!(
            matches!(&edited, Err(Error::Migration(text)) if text.contains("was changed")),
            "{edited:?}"
        );
        const BROKEN: &[(&str, &str)] =
            &[("0001", "CREATE TABLE dbtest_half (a TEXT); SELECT nothing FROM nowhere")];
        let broken = open(vec![
            torg_platform::MIGRATIONS,
            MIGRATIONS[0],
            Migrations { package: "broken", sqlite: BROKEN, postgres: BROKEN },
        ]).await;
        assert!(matches!(&broken, Err(Error::Migration(_))), "{broken:?}");
        assert!(t.raw("SELECT a FROM dbtest_half").await.is_err(), "half a migration was kept");
        t.db = open(ALL.to_vec()).await.unwrap();
    }
}

#[test]
fn every_migration_file_is_listed_for_both_engines() {
    assert_migration_files(env!("CARGO_MANIFEST_DIR"), &torg_platform::MIGRATIONS);
}

#[test]
fn a_file_without_a_twin_or_a_line_in_the_list_is_found() {
    const TEXT: &str = "";
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str| {
        let path = folder.path().join("migrations").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, TEXT).unwrap();
    };
    let migrations = Migrations {
        package: "planted",
        sqlite: &[("0001_a", TEXT), ("0002_b", TEXT)],
        postgres: &[("0001_a", TEXT), ("0002_b", TEXT)],
    };
    let compare = || {
        std::panic::catch_unwind(AssertUnwindSafe(|| {
            assert_migration_files(folder.path().to_str().unwrap(), &migrations);
        }))
        .is_ok()
    };
    for name in [
        "sqlite/0001_a.sql",
        "sqlite/0002_b.sql",
        "postgres/0001_a.sql",
    ] {
        write(name);
        std::fs::create_dir_all(folder.path().join("migrations/postgres")).unwrap();
        assert!(!compare(), "incomplete after {name}");
    }
    write("postgres/0002_b.sql");
    assert!(compare());
    write("sqlite/0003_forgotten.sql");
    assert!(!compare());
}
