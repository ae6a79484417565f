//! The statements of the hot wallet fit the tables of both engines. Here and not in its own
//! package, because every statement that is linked into a binary is checked.

use super::MIGRATIONS;
use torg_testkit::{TestDb, assert_migration_files, assert_statements};

#[test]
fn migrations_are_listed() {
    let package = concat!(env!("CARGO_MANIFEST_DIR"), "/../ton");
    assert_migration_files(package, &torg_ton::MIGRATIONS);
}

torg_testkit::both_engines! { MIGRATIONS =>
    async fn statements_fit(t: TestDb) {
        assert_statements(&t).await;
    }
}
