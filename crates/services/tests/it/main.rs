//! The services market through its router, on SQLite and PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::expect_used,
    reason = "tests fail loudly, and count in small numbers"
)]

mod app;
mod balance;
mod books;
mod bot;
mod bot_offers;
mod bot_talk;
mod chat;
mod contact;
mod lists;
mod live;
mod orders;
mod pause;
mod payments;
mod people;
mod reviews;
mod staff;
mod take;
mod texts;
mod timers;

use torg_testkit::{TestDb, assert_migration_files, assert_statements, both_engines};

#[test]
fn migration_files_are_listed() {
    assert_migration_files(env!("CARGO_MANIFEST_DIR"), &torg_services::MIGRATIONS);
}

both_engines! { chat::MIGRATIONS =>
    async fn every_statement_fits_its_types(t: TestDb) {
        assert_statements(&t).await;
    }
}
