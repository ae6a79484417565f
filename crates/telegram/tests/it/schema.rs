//! Statements, migrations and texts of the bot.

use torg_platform::db::Migrations;
use torg_testkit::{TestDb, assert_migration_files, assert_statements, both_engines};

const MIGRATIONS: &[Migrations] = crate::stars::ALL;

#[test]
fn migration_files_are_listed() {
    assert_migration_files(env!("CARGO_MANIFEST_DIR"), &torg_telegram::MIGRATIONS);
}

#[test]
fn the_bot_speaks_every_language() {
    let problems = torg_telegram::bot::own_texts().problems();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

both_engines! { MIGRATIONS =>
    async fn every_statement_fits_its_types(t: TestDb) {
        assert_statements(&t).await;
    }
}
