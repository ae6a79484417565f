//! The shop market through its router, on SQLite and PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "tests fail loudly, and count in small numbers"
)]

mod app;
mod bot;
mod carts;
mod coupons;
mod csv;
mod keys;
mod orders;
mod panel;
mod pause;
mod payments;
mod products;
mod races;
mod search;
mod shelf;
mod stock;

use torg_testkit::{TestDb, assert_migration_files, assert_statements, both_engines};

#[test]
fn migration_files_are_listed() {
    assert_migration_files(env!("CARGO_MANIFEST_DIR"), &torg_shop::MIGRATIONS);
}

both_engines! { shelf::MIGRATIONS =>
    async fn every_statement_fits_its_types(t: TestDb) {
        assert_statements(&t).await;
    }
}
