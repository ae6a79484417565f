//! What is measured, round by round, so that the machine's moods meet everybody alike.

use crate::chain;
use crate::hot_wallet;
use crate::load::{self, Sample};
use crate::people::{CONNECTIONS, People, order_body, run as send};
use crate::products::{self, Shelves};
use crate::report::Report;
use crate::seed::{order_id, seed};
use crate::server::{Server, sqlite_url};
use crate::{orders, reference};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// People who take orders and look at themselves.
pub(crate) const PEOPLE: usize = 9_000;
/// Orders taken through HTTP in a round, three takes each.
const ORDERS: usize = 3_000;
/// Open orders behind the lists.
const LISTED: usize = 10_000;
/// pgbench's clients; as many connections as the server has.
pub(crate) const PG_CLIENTS: usize = 8;

/// What to run.
pub(crate) struct Plan {
    pub(crate) rounds: usize,
    pub(crate) postgres: Option<String>,
    pub(crate) only: String,
}

/// Runs everything.
pub(crate) fn run(plan: &Plan) -> Result<Report, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    runtime.block_on(rounds(plan))
}

async fn rounds(plan: &Plan) -> Result<Report, String> {
    let mut report = Report::default();
    about(&mut report);
    let people = People::new(PEOPLE);
    let wanted = |name: &str| name.contains(&plan.only);
    // Lists change nothing, so what they read is made once.
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let sqlite_shelves = if wanted("sqlite products") {
        Some(Shelves::sqlite(folder.path()).await?)
    } else {
        None
    };
    let postgres_shelves = match &plan.postgres {
        Some(server) if wanted("postgres products") => Some(Shelves::postgres(server).await?),
        Some(_) | None => None,
    };
    for round in 1..=plan.rounds {
        eprintln!("round {round} of {}", plan.rounds);
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        if wanted("sqlite take") {
            take_sqlite(&mut report, &people, &folder.path().join("take")).await?;
        }
        if wanted("sqlite reads") {
            let url = sqlite_url(&folder.path().join("reads"));
            reads(&mut report, &people, "sqlite", &url).await?;
        }
        if wanted("sqlite place") {
            orders::sqlite(&mut report, &people, &folder.path().join("place")).await?;
        }
        if let Some(shelves) = &sqlite_shelves {
            products::measure(&mut report, "sqlite", shelves).await?;
        }
        if let Some(server) = &plan.postgres {
            if wanted("postgres take") {
                let url = fresh_postgres(server, "torg_bench_take").await?;
                take_postgres(&mut report, &people, &url, folder.path()).await?;
            }
            if wanted("postgres reads") {
                let url = fresh_postgres(server, "torg_bench_reads").await?;
                reads(&mut report, &people, "postgres", &url).await?;
            }
            if wanted("postgres place") {
                let url = fresh_postgres(server, "torg_bench_place").await?;
                orders::postgres(&mut report, &people, &url, folder.path()).await?;
            }
        }
        if let Some(shelves) = &postgres_shelves {
            products::measure(&mut report, "postgres", shelves).await?;
        }
        if wanted("overload") {
            overload(&mut report, &people, &folder.path().join("overload")).await?;
        }
        if wanted("chain") {
            chain::measure(&mut report, folder.path())?;
        }
        if wanted("hot_wallet") {
            hot_wallet::measure(&mut report, folder.path()).await?;
        }
    }
    goals(&mut report);
    orders::goals(&mut report);
    products::goals(&mut report);
    chain::goals(&mut report);
    hot_wallet::goals(&mut report);
    Ok(report)
}

fn goals(r: &mut Report) {
    r.ratio_goal(
        "take, SQLite FULL: HTTP / bare loop",
        "take sqlite http /s",
        "take sqlite loop32 /s",
        0.5,
    );
    r.ratio_goal(
        "take, PostgreSQL: HTTP / pgbench",
        "take postgres http /s",
        "take postgres pgbench /s",
        0.8,
    );
    for engine in ["sqlite", "postgres"] {
        r.bound_goal(
            &format!("list, {engine}, uncached /s"),
            &format!("list {engine} /s"),
            10_000.0,
            true,
        );
        r.ratio_goal(
            &format!("list from cache, {engine} / constant of the same size"),
            &format!("list cached {engine} /s"),
            &format!("constant list {engine} /s"),
            0.5,
        );
        for (what, limit) in [
            ("list", 200.0),
            ("create", 300.0),
            ("take", 500.0),
            ("me", 100.0),
        ] {
            let series = if what == "take" {
                format!("take {engine} p99 ms")
            } else {
                format!("{what} {engine} p99 ms")
            };
            r.bound_goal(
                &format!("{what}, {engine}: p99 ms at most"),
                &series,
                limit,
                false,
            );
        }
    }
    r.bound_goal(
        "start on an existing database, ms at most",
        "start ms",
        100.0,
        false,
    );
    r.bound_goal("idle memory, MB at most", "idle rss MB", 60.0, false);
    r.ratio_goal(
        "goodput at 10x overload / peak",
        "overload goodput /s",
        "overload peak /s",
        0.8,
    );
    r.bound_goal("overload: answers lost", "overload lost", 0.0, false);
}

fn about(report: &mut Report) {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|l| l.strip_prefix("model name"))
        .unwrap_or_default();
    let cores = cpu.lines().filter(|l| l.starts_with("processor")).count();
    report
        .about
        .insert("cpu", model.trim_start_matches([' ', '\t', ':']).to_owned());
    report.about.insert("cores", cores.to_string());
    report
        .about
        .insert("sqlite", rusqlite::version().to_owned());
}

/// Everybody is greeted once, so that the measured requests find known people.
pub(crate) async fn warm(server: &Server, people: &People) -> Sample {
    let me = |t: &String| load::request("GET", "/api/users/me", Some(t), None);
    send(server, people.tokens.iter().map(me).collect()).await
}

fn takes(people: &People, pairs: &[(usize, usize)]) -> Vec<Vec<u8>> {
    pairs
        .iter()
        .map(|(order, person)| {
            let path = format!("/api/orders/{}/take", order_id(*order));
            load::request("POST", &path, Some(&people.tokens[*person]), None)
        })
        .collect()
}

/// Notes what a run showed; a run with any other answer than a success is none.
pub(crate) fn note(report: &mut Report, what: &str, sample: &Sample) -> Result<(), String> {
    if sample.ok == 0 || sample.failed > 0 || sample.refused > 0 || sample.shed > 0 {
        return Err(format!("{what}: {sample:?}"));
    }
    report.add(&format!("{what} /s"), sample.ok_per_s);
    report.add(&format!("{what} p50 ms"), sample.p50_ms);
    report.add(&format!("{what} p99 ms"), sample.p99_ms);
    Ok(())
}

async fn take_sqlite(
    report: &mut Report,
    people: &People,
    folder: &std::path::Path,
) -> Result<(), String> {
    let url = sqlite_url(folder);
    seed(&url, PEOPLE, 2 * ORDERS)
        .await
        .map_err(|e| e.to_string())?;
    let server = Server::start(&url, &[])?;
    warm(&server, people).await;
    let sample = send(&server, takes(people, &reference::pairs(0..ORDERS, PEOPLE))).await;
    server.stop();
    note(report, "take sqlite http", &sample)?;
    report
        .series
        .entry("take sqlite p99 ms".to_owned())
        .or_default()
        .push(sample.p99_ms);
    let path = folder.join("bench.db");
    let loop32 = reference::sqlite_takes(&path, &reference::pairs(ORDERS..2 * ORDERS, PEOPLE))?;
    report.add("take sqlite loop32 /s", loop32);
    let server = Server::start(&url, &[])?;
    report.add("start ms", server.ready_after.as_secs_f64() * 1000.0);
    report.add("idle rss MB", server.rss_mb());
    server.stop();
    Ok(())
}

async fn take_postgres(
    report: &mut Report,
    people: &People,
    url: &str,
    folder: &std::path::Path,
) -> Result<(), String> {
    seed(url, PEOPLE, 2 * ORDERS)
        .await
        .map_err(|e| e.to_string())?;
    let server = Server::start(url, &[])?;
    warm(&server, people).await;
    let sample = send(&server, takes(people, &reference::pairs(0..ORDERS, PEOPLE))).await;
    server.stop();
    note(report, "take postgres http", &sample)?;
    report
        .series
        .entry("take postgres p99 ms".to_owned())
        .or_default()
        .push(sample.p99_ms);
    let span = ORDERS / PG_CLIENTS;
    let script = folder.join("take.pgbench");
    let text = reference::pgbench_script(ORDERS, span, PEOPLE)?;
    std::fs::write(&script, text).map_err(|e| e.to_string())?;
    let tps = reference::pgbench(url, &script, PG_CLIENTS, span * 3)?;
    report.add("take postgres pgbench /s", tps);
    Ok(())
}

/// Lists, profile and new orders, each beside a constant of the same size.
async fn reads(
    report: &mut Report,
    people: &People,
    engine: &str,
    url: &str,
) -> Result<(), String> {
    seed(url, PEOPLE, LISTED).await.map_err(|e| e.to_string())?;
    // Half of the orders match; nothing is kept between two requests.
    let server = Server::start(url, &[("TORG_SERVICES__LIST_CACHE_MS", "0")])?;
    let list = |n: usize| {
        let path = format!(
            "/api/orders?category=plumbing&limit=50&offset={}",
            n % 4_000
        );
        load::request("GET", &path, None, None)
    };
    let sample = send(&server, (0..6_000).map(list).collect()).await;
    note(report, &format!("list deep {engine}"), &sample)?;
    let first_page = load::request("GET", "/api/orders?category=plumbing", None, None);
    let sample = send(&server, vec![first_page.clone(); 10_000]).await;
    note(report, &format!("list {engine}"), &sample)?;
    server.stop();
    let server = Server::start(url, &[])?;
    warm(&server, people).await;
    let sample = send(&server, vec![first_page.clone(); 10_000]).await;
    note(report, &format!("list cached {engine}"), &sample)?;
    let sample = warm(&server, people).await;
    note(report, &format!("me {engine}"), &sample)?;
    let create = |n: usize| {
        let token = &people.tokens[n % PEOPLE];
        load::request(
            "POST",
            "/api/orders",
            Some(token),
            Some(&order_body(1_000_000 + n)),
        )
    };
    let sample = send(&server, (0..6_000).map(create).collect()).await;
    note(report, &format!("create {engine}"), &sample)?;
    let size = body_size(server.addr, &first_page).await?;
    server.stop();
    let constant = Server::constant(size)?;
    let get = load::request("GET", "/", None, None);
    let sample = send(&constant, vec![get; 10_000]).await;
    report.add(&format!("constant list {engine} /s"), sample.ok_per_s);
    Ok(())
}

/// Bytes of the body that answers `request`.
pub(crate) async fn body_size(addr: std::net::SocketAddr, request: &[u8]) -> Result<usize, String> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(addr)
        .await
        .map_err(|e| e.to_string())?;
    stream.write_all(request).await.map_err(|e| e.to_string())?;
    let mut head = vec![0_u8; 4096];
    let read = stream.read(&mut head).await.map_err(|e| e.to_string())?;
    let text = String::from_utf8_lossy(&head[..read]).to_lowercase();
    let length = text
        .split("content-length:")
        .nth(1)
        .and_then(|t| t.split("\r\n").next());
    length
        .and_then(|l| l.trim().parse().ok())
        .ok_or_else(|| format!("no length in {text}"))
}

/// Ten times as many connections as saturate the server: what it still gets done, and whether
/// everybody is answered.
async fn overload(
    report: &mut Report,
    people: &People,
    folder: &std::path::Path,
) -> Result<(), String> {
    let url = sqlite_url(folder);
    seed(&url, PEOPLE, 2 * ORDERS)
        .await
        .map_err(|e| e.to_string())?;
    let server = Server::start(&url, &[("TORG_DATABASE__QUEUE", "64")])?;
    warm(&server, people).await;
    let half = reference::pairs(0..ORDERS, PEOPLE);
    let sample = send(&server, takes(people, &half)).await;
    report.add("overload peak /s", sample.ok_per_s);
    let requests = Arc::new(takes(people, &reference::pairs(ORDERS..2 * ORDERS, PEOPLE)));
    let (sent, started) = (requests.len(), Instant::now());
    let limit = Duration::from_secs(60);
    let sample = load::run(server.addr, 10 * CONNECTIONS, requests, limit).await;
    report.add("overload goodput /s", sample.ok_per_s);
    report.add("overload shed", sample.shed as f64);
    report.add("overload p99 ms", sample.p99_ms);
    let answered = sample.ok + sample.refused + sample.shed;
    report.add("overload lost", (sent - answered.min(sent)) as f64);
    report.add("overload seconds", started.elapsed().as_secs_f64());
    server.stop();
    Ok(())
}

/// A new, empty database on the server of `url`.
pub(crate) async fn fresh_postgres(url: &str, name: &str) -> Result<String, String> {
    let config: tokio_postgres::Config = url.parse().map_err(|e| format!("{url}: {e}"))?;
    let (client, connection) = config
        .connect(tokio_postgres::NoTls)
        .await
        .map_err(|e| e.to_string())?;
    let driver = tokio::spawn(connection);
    for sql in [
        format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        format!("CREATE DATABASE {name}"),
    ] {
        client
            .batch_execute(&sql)
            .await
            .map_err(|e| e.to_string())?;
    }
    drop(client);
    drop(driver.await);
    let base = url.rsplit_once('/').map_or(url, |(base, _)| base);
    Ok(format!("{base}/{name}"))
}
