//! The statements of the hot wallet fit the tables of both engines. Here and not in its own
//! package, because every statement that is linked into a binary is checked.

use torg_platform::db::Migrations;
use torg_testkit::{TestDb, assert_migration_files, assert_statements};

#[test]
fn migrations_are_listed() {
    let package = concat!(env!("CARGO_MANIFEST_DIR"), "/../ton");
    assert_migration_files(package, &torg_ton::MIGRATIONS);
}

const ALL: &[Migrations] = &[
    torg_platform::MIGRATIONS,
    torg_telegram::MIGRATIONS,
    torg_ton::MIGRATIONS,
    crate::bot::COUNTER,
];

torg_testkit::both_engines! { ALL =>
    async fn statements_fit(t: TestDb) {
        assert_statements(&t).await;
    }
}
