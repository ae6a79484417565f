//! Lists of products: a page of the active ones, of a category, of what a search finds; from the
//! memory of lists and without it; the same with ten times as many products.

use crate::load;
use crate::people::run as send;
use crate::report::Report;
use crate::scenarios::{body_size, fresh_postgres, note};
use crate::server::{Server, sqlite_url};
use crate::shelf::{category, made_at, product_id, search, stock};
use std::path::Path;
use torg_platform::http::page::encode_cursor;

/// Products, half of them active.
const FEW: usize = 10_000;
/// Ten times as many.
const MANY: usize = 10 * FEW;
/// Requests of a run.
const PAGES: usize = 10_000;
/// Requests of a run of searches.
const SEARCHES: usize = 2_000;
/// Nothing is kept between two requests.
const UNCACHED: [(&str, &str); 1] = [("TORG_SHOP__LIST_CACHE_MS", "0")];
/// What is measured of each shop, and how often.
const KINDS: [(&str, usize); 4] = [
    ("page", PAGES),
    ("category", PAGES),
    ("anywhere", PAGES),
    ("search", SEARCHES),
];

/// Two shops: addresses of their databases.
pub(crate) struct Shelves {
    few: String,
    many: String,
}

impl Shelves {
    pub(crate) async fn sqlite(folder: &Path) -> Result<Self, String> {
        let shelves = Self {
            few: sqlite_url(&folder.join("few")),
            many: sqlite_url(&folder.join("many")),
        };
        for name in ["few", "many"] {
            std::fs::create_dir_all(folder.join(name)).map_err(|e| e.to_string())?;
        }
        shelves.fill().await?;
        Ok(shelves)
    }

    pub(crate) async fn postgres(server: &str) -> Result<Self, String> {
        let shelves = Self {
            few: fresh_postgres(server, "torg_bench_few").await?,
            many: fresh_postgres(server, "torg_bench_many").await?,
        };
        shelves.fill().await?;
        for url in [&shelves.few, &shelves.many] {
            settle(url).await?;
        }
        Ok(shelves)
    }

    async fn fill(&self) -> Result<(), String> {
        for (url, count) in [(&self.few, FEW), (&self.many, MANY)] {
            stock(url, count, 2).await.map_err(|e| e.to_string())?;
        }
        Ok(())
    }
}

/// Does what PostgreSQL does by itself some time after so many rows have come.
async fn settle(url: &str) -> Result<(), String> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .map_err(|e| e.to_string())?;
    let driver = tokio::spawn(connection);
    let done = client.batch_execute("VACUUM ANALYZE").await;
    drop(client);
    drop(driver.await);
    done.map_err(|e| e.to_string())
}

pub(crate) async fn measure(
    report: &mut Report,
    engine: &str,
    shelves: &Shelves,
) -> Result<(), String> {
    for (name, url, count) in [("10k", &shelves.few, FEW), ("100k", &shelves.many, MANY)] {
        let server = Server::start(url, &UNCACHED)?;
        // The first pages are read by everybody, and prepare the statements.
        send(&server, requests("page", count, 500)).await;
        for (kind, times) in KINDS {
            let sample = send(&server, requests(kind, count, times)).await;
            note(report, &series(kind, name, engine), &sample)?;
        }
        server.stop();
    }
    let server = Server::start(&shelves.few, &[])?;
    let pages = requests("page", FEW, PAGES);
    let size = body_size(server.addr, &pages[0]).await?;
    report.add(&format!("products page bytes {engine}"), size as f64);
    let sample = send(&server, pages).await;
    note(report, &format!("products cached {engine}"), &sample)?;
    server.stop();
    let constant = Server::constant(size)?;
    let get = load::request("GET", "/", None, None);
    let sample = send(&constant, vec![get; PAGES]).await;
    report.add(&format!("constant products {engine} /s"), sample.ok_per_s);
    Ok(())
}

fn series(kind: &str, name: &str, engine: &str) -> String {
    format!("products {kind} {name} {engine}")
}

fn requests(kind: &str, count: usize, times: usize) -> Vec<Vec<u8>> {
    let get = |n: usize| {
        let path = match kind {
            "category" => format!("&category={}", category(2 * n)),
            "anywhere" => anywhere(n.wrapping_mul(7919) % count),
            "search" => format!("&q={}", escaped(&search(n))),
            _page => String::new(),
        };
        let path = format!("/products?is_active=true{path}");
        load::request("GET", &path, None, None)
    };
    (0..times).map(get).collect()
}

/// The page that begins after product `n`.
fn anywhere(n: usize) -> String {
    let place = ("created_at", made_at(n).micros(), "", product_id(n));
    encode_cursor(&place).map_or_else(|_| String::new(), |cursor| format!("&cursor={cursor}"))
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

pub(crate) fn goals(r: &mut Report) {
    for engine in ["sqlite", "postgres"] {
        r.bound_goal(
            &format!("products, {engine}, uncached /s"),
            &format!("{} /s", series("page", "10k", engine)),
            10_000.0,
            true,
        );
        r.ratio_goal(
            &format!("products from cache, {engine} / constant of the same size"),
            &format!("products cached {engine} /s"),
            &format!("constant products {engine} /s"),
            0.5,
        );
        for (kind, _) in KINDS {
            r.growth_goal(
                &format!("products {kind}, {engine}: p50 at 10 times as many, at most"),
                &format!("{} p50 ms", series(kind, "100k", engine)),
                &format!("{} p50 ms", series(kind, "10k", engine)),
                1.3,
            );
        }
    }
}
