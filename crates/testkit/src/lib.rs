//! What the tests of every package share: a private database on either engine, a clock in the
//! hand, seeded randomness. A dev-dependency only.
//!
//! ```text
//! const MIGRATIONS: &[Migrations] = &[torg_platform::MIGRATIONS, torg_services::MIGRATIONS];
//!
//! torg_testkit::both_engines! { MIGRATIONS =>
//!     async fn a_take_costs_two_roubles(t: TestDb) {
//!         t.db.write("take", |tx| …).await.unwrap();
//!         t.advance(Duration::from_secs(900));
//!     }
//! }
//! ```
//!
//! gives the tests `a_take_costs_two_roubles::sqlite` and `a_take_costs_two_roubles::postgres`.
//! [`TestApp`] puts the real router around such a database. A binary of tests begins with
//! `#![expect(clippy::unwrap_used, …, reason = "test code fails loudly")]`, because clippy takes
//! only functions marked `#[test]` for tests.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "this package is test code: it fails loudly and says what it skips"
)]

mod app;
mod checks;
mod database;
mod engines;
mod log;
mod people;
mod postgres;
mod request;

use std::sync::Arc;
use torg_platform::outbound::configured::{HttpTransport, Transport};

pub use app::{ADMIN_SECRET, TestApp};
pub use checks::{assert_migration_files, assert_statements};
pub use database::{START, TestDb};
pub use engines::{run, skipped};
pub use log::Log;
pub use people::{BOT_TOKEN, Person};
pub use postgres::postgres_url;
pub use request::{Answer, Request};

/// The real network.
pub fn network() -> Arc<dyn Transport> {
    Arc::new(HttpTransport::new().expect("the cryptography of the platform"))
}
