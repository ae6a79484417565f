//! Orders in the shop: one to three of a thousand products with plenty of each, a key per order,
//! by people with signed initData, beside the same SQL alone.

use crate::load;
use crate::orders_reference::{Sizes, pgbench_script, sqlite_orders};
use crate::people::{People, run as send};
use crate::reference;
use crate::report::Report;
use crate::scenarios::{PEOPLE, PG_CLIENTS, body_size, note, warm};
use crate::server::{Server, sqlite_url};
use crate::shelf::{product_id, stock};
use rand::{RngExt as _, SeedableRng as _};
use std::path::Path;

/// Products of the shop.
pub(crate) const PRODUCTS: usize = 1_000;
/// Orders of a round and side.
const ORDERS: usize = 8_000;

/// What somebody wants.
pub(crate) struct Wish {
    pub(crate) person: usize,
    /// Unique within a database.
    pub(crate) key: String,
    /// Numbers of products and quantities, sorted and distinct.
    pub(crate) lines: Vec<(usize, i64)>,
}

/// Bounds of the products from which line `n` is chosen, so that lines are sorted and distinct
/// without anybody sorting them, also in pgbench.
pub(crate) fn aisle(n: usize) -> (usize, usize) {
    (PRODUCTS * n / 3, PRODUCTS * (n + 1) / 3 - 1)
}

fn wishes(name: &str, count: usize, seed: u64) -> Vec<Wish> {
    let mut rng = rand::rngs::StdRng::seed_from_u64(seed);
    let mut line = |n: usize| {
        let (first, last) = aisle(n);
        (rng.random_range(first..=last), rng.random_range(1..=3))
    };
    let wish = |n: usize| Wish {
        person: n % PEOPLE,
        key: format!("{name}-{n:08}"),
        lines: (0..=n % 3).map(&mut line).collect(),
    };
    (0..count).map(wish).collect()
}

fn request(people: &People, wish: &Wish) -> Vec<u8> {
    let line = |(product, quantity): &(usize, i64)| serde_json::json!({"product_id": product_id(*product), "quantity": quantity});
    let items: Vec<_> = wish.lines.iter().map(line).collect();
    let body = serde_json::json!({ "items": items }).to_string();
    let token = Some(people.tokens[wish.person].as_str());
    load::keyed("POST", "/orders", token, Some(&wish.key), Some(&body))
}

/// Orders through HTTP; returns the sizes of what is stored for one.
async fn http(
    report: &mut Report,
    people: &People,
    engine: &str,
    url: &str,
) -> Result<Sizes, String> {
    stock(url, PRODUCTS, 1).await.map_err(|e| e.to_string())?;
    let server = Server::start(url, &[])?;
    warm(&server, people).await;
    let first = wishes("first", 2, 1);
    let answer = body_size(server.addr, &request(people, &first[1])).await?;
    let all = wishes("http", ORDERS, 2);
    let all = all.iter().map(|wish| request(people, wish)).collect();
    let sample = send(&server, all).await;
    server.stop();
    note(report, &format!("place {engine} http"), &sample)?;
    Ok(Sizes { answer })
}

pub(crate) async fn sqlite(
    report: &mut Report,
    people: &People,
    folder: &Path,
) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
    let url = sqlite_url(folder);
    let sizes = http(report, people, "sqlite", &url).await?;
    let path = folder.join("bench.db");
    let loop32 = sqlite_orders(&path, &wishes("loop", ORDERS, 3), &sizes)?;
    report.add("place sqlite loop32 /s", loop32);
    Ok(())
}

pub(crate) async fn postgres(
    report: &mut Report,
    people: &People,
    url: &str,
    folder: &Path,
) -> Result<(), String> {
    let sizes = http(report, people, "postgres", url).await?;
    let script = folder.join("place.pgbench");
    std::fs::write(&script, pgbench_script(&sizes)?).map_err(|e| e.to_string())?;
    let tps = reference::pgbench(url, &script, PG_CLIENTS, ORDERS / PG_CLIENTS)?;
    report.add("place postgres pgbench /s", tps);
    Ok(())
}

pub(crate) fn goals(r: &mut Report) {
    r.ratio_goal(
        "place an order, SQLite FULL: HTTP / bare loop",
        "place sqlite http /s",
        "place sqlite loop32 /s",
        0.5,
    );
    r.ratio_goal(
        "place an order, PostgreSQL: HTTP / pgbench",
        "place postgres http /s",
        "place postgres pgbench /s",
        0.8,
    );
}
