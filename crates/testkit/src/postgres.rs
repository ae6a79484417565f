//! Databases inside the server of `TORG_TEST_POSTGRES`: one template per set of migrations,
//! copied for each test.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::str::FromStr as _;
use tokio_postgres::{Client, Config, NoTls};
use torg_platform::Clock;
use torg_platform::db::{Db, Migrations, Options};
use torg_platform::rng::Rng;

/// The server for tests, when there is one.
pub fn postgres_url() -> Option<String> {
    std::env::var("TORG_TEST_POSTGRES")
        .ok()
        .filter(|url| !url.is_empty())
}

/// A connection past the engine.
pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("the server of TORG_TEST_POSTGRES");
    tokio::spawn(connection);
    client
}

/// Runs `f` to its end on a thread and a runtime of its own, so that it also works in `drop`.
fn apart<T: Send>(f: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| {
        scope
            .spawn(|| {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime")
                    .block_on(f)
            })
            .join()
            .expect("no panic")
    })
}

/// A database that is dropped with this value.
#[derive(Debug)]
pub(crate) struct Database {
    server: String,
    name: String,
    url: String,
}

impl Database {
    /// A copy of the template for `migrations`, which is made first if it is missing.
    pub(crate) fn create(migrations: &[Migrations]) -> Self {
        let server = postgres_url().expect("TORG_TEST_POSTGRES");
        let template = template(&server, migrations);
        let name = format!("torg_test_{:016x}", Rng::from_os().next_u64());
        apart(async {
            connect(&server)
                .await
                .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
                .await
                .expect("a copy of the template");
        });
        let url = address(&server, &name);
        Self { server, name, url }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        apart(async {
            let (client, connection) = tokio_postgres::connect(&self.server, NoTls).await?;
            tokio::spawn(connection);
            let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
            client.batch_execute(&drop).await
        })
        .unwrap_or_else(|error: tokio_postgres::Error| {
            eprintln!("{} stays behind: {error}", self.name);
        });
    }
}

/// Makes the template under a lock that all test processes share; returns its name.
fn template(server: &str, migrations: &[Migrations]) -> String {
    let mut hasher = DefaultHasher::new();
    for set in migrations {
        (set.package, set.postgres).hash(&mut hasher);
    }
    let name = format!("torg_template_{:016x}", hasher.finish());
    apart(async {
        let client = connect(server).await;
        // The lock ends with the connection, whatever happens.
        client
            .batch_execute("SELECT pg_advisory_lock(7463, 2)")
            .await
            .expect("the lock of the templates");
        let found = client
            .query("SELECT 1 FROM pg_database WHERE datname = $1", &[&name])
            .await
            .expect("the list of databases");
        if !found.is_empty() {
            return;
        }
        let run = async |sql: &str| client.batch_execute(sql).await.expect("a template");
        // Renamed when complete: a half-made one is never used.
        run("DROP DATABASE IF EXISTS torg_template_new WITH (FORCE)").await;
        run("CREATE DATABASE torg_template_new").await;
        let url = address(server, "torg_template_new");
        let clock = Clock::manual(crate::START);
        let db = Db::open(&Options::new(url), clock, migrations).expect("the migrations");
        db.close().await;
        run(&format!(
            "ALTER DATABASE torg_template_new RENAME TO {name}"
        ))
        .await;
    });
    name
}

/// `server` with another database.
fn address(server: &str, database: &str) -> String {
    Config::from_str(server).expect("TORG_TEST_POSTGRES is an address");
    let (server, options) = server.split_once('?').unwrap_or((server, ""));
    let (scheme, rest) = server.split_once("://").expect("postgres://…");
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    let mark = if options.is_empty() { "" } else { "?" };
    format!("{scheme}://{host}/{database}{mark}{options}")
}
