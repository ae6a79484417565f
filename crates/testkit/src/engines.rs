//! One test body, two engines.

use crate::{TestDb, postgres_url};
use torg_platform::db::{Engine, Migrations};

/// Declares tests that run on SQLite and on PostgreSQL, each on a private database with the
/// given migrations (`&[Migrations]`). `name` becomes `name::sqlite` and `name::postgres`; the
/// latter says that it was skipped when there is no server (with `CI=true` it fails instead).
#[macro_export]
macro_rules! both_engines {
    ($migrations:expr => $($(#[$meta:meta])* async fn $name:ident($t:ident: $type:ty) $body:block)+) => { $(
        $(#[$meta])*
        fn $name(engine: torg_platform::db::Engine) {
            async fn body($t: $type) $body
            $crate::run(engine, $migrations, body);
        }
        mod $name {
            #[test]
            fn sqlite() {
                super::$name(torg_platform::db::Engine::Sqlite);
            }
            #[test]
            fn postgres() {
                super::$name(torg_platform::db::Engine::Postgres);
            }
        }
    )+ };
}

/// Runs `body` on a private database of `engine`, for tests that only one engine needs. Says
/// that it was skipped when there is no server.
///
/// # Panics
/// Without a server when `CI` is `true`.
pub fn run<F: Future<Output = ()>>(
    engine: Engine,
    migrations: &[Migrations],
    body: impl FnOnce(TestDb) -> F,
) {
    if engine == Engine::Postgres && postgres_url().is_none() {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "CI never skips: TORG_TEST_POSTGRES is not set"
        );
        skipped("TORG_TEST_POSTGRES is not set");
        return;
    }
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(async { body(TestDb::start(engine, migrations).await).await });
}

/// Says in the output of the test that it, or a part of it, was not run and why.
pub fn skipped(reason: &str) {
    eprintln!("skipped: {reason}");
}
