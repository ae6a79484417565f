//! The limits beside which Torg is measured: the same SQL without anything around it.
//!
//! The statements are taken from the registry by name, so they cannot drift apart from what the
//! server runs.

use crate::people::user_id;
use crate::seed::order_id;
use rand::SeedableRng as _;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use torg_platform::Clock;
use torg_platform::db::{Statement, statements};

/// Units in one commit of the SQLite reference.
pub(crate) const BATCH: usize = 32;

/// The statements of one take, in order.
pub(crate) struct TakeSql {
    lock_order: &'static Statement,
    takes: &'static Statement,
    lock_account: &'static Statement,
    transfer: &'static Statement,
    insert_take: &'static Statement,
    update_order: &'static Statement,
    event: &'static Statement,
    audit: &'static Statement,
}

/// The one statement whose name ends so.
pub(crate) fn named(name: &str) -> Result<&'static Statement, String> {
    statements()
        .find(|s| s.name.ends_with(name))
        .ok_or_else(|| format!("no statement {name}"))
}

impl TakeSql {
    pub(crate) fn find() -> Result<Self, String> {
        Ok(Self {
            lock_order: named("services::store::orders::select_locked")?,
            takes: named("services::store::takes::select")?,
            lock_account: named("ledger::account::lock")?,
            transfer: named("platform::ledger::transfer::insert")?,
            insert_take: named("services::store::takes::insert_row")?,
            update_order: named("services::store::orders::update_taken")?,
            event: named("outbox::store::insert_event")?,
            audit: named("platform::audit::insert")?,
        })
    }
}

/// A connection with the server's settings.
pub(crate) fn open(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open(path)?;
    conn.execute_batch(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000;",
    )?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.set_prepared_statement_cache_capacity(256);
    Ok(conn)
}

/// Takes by a bare loop, `BATCH` in one commit with `synchronous=FULL`; takes a second.
pub(crate) fn sqlite_takes(path: &Path, pairs: &[(usize, usize)]) -> Result<f64, String> {
    let sql = TakeSql::find()?;
    let conn = open(path).map_err(|e| e.to_string())?;
    let (started, mut taken) = (Instant::now(), 0);
    for batch in pairs.chunks(BATCH) {
        conn.execute_batch("BEGIN IMMEDIATE")
            .map_err(|e| e.to_string())?;
        for (order, person) in batch {
            let done = sqlite_take(&conn, &sql, *order, *person).map_err(|e| e.to_string())?;
            taken += usize::from(done);
        }
        conn.execute_batch("COMMIT").map_err(|e| e.to_string())?;
    }
    Ok(taken as f64 / started.elapsed().as_secs_f64())
}

/// Every order of `orders` three times, each with three different people, in random order.
pub(crate) fn pairs(orders: std::ops::Range<usize>, people: usize) -> Vec<(usize, usize)> {
    use rand::seq::SliceRandom as _;
    let third = people / 3;
    let mut pairs: Vec<_> = orders
        .flat_map(|order| (0..3).map(move |k| (order, k * third + order * 7 % third)))
        .collect();
    pairs.shuffle(&mut rand::rngs::StdRng::seed_from_u64(7));
    pairs
}

fn sqlite_take(c: &Connection, sql: &TakeSql, n: usize, person: usize) -> rusqlite::Result<bool> {
    let (order, user) = (order_id(n), user_id(person));
    let now = Clock::Real.now().micros();
    let text = |s: &str| Value::Text(s.to_owned());
    c.prepare_cached("SAVEPOINT unit")?.execute([])?;
    let takes: i64 = c
        .prepare_cached(sql.lock_order.sqlite())?
        .query_row([&order], |r| r.get("takes"))?;
    let mut mine = false;
    if takes > 0 {
        let mut statement = c.prepare_cached(sql.takes.sqlite())?;
        let mut rows = statement.query([&order])?;
        while let Some(row) = rows.next()? {
            mine |= row.get::<_, i64>("executor_id")? == user;
        }
    }
    if mine || takes >= 3 {
        c.prepare_cached("ROLLBACK TO unit")?.execute([])?;
        c.prepare_cached("RELEASE unit")?.execute([])?;
        return Ok(false);
    }
    let account = format!("user/{user}/RUB");
    c.prepare_cached(sql.lock_account.sqlite())?
        .query_row([&account], |r| r.get::<_, String>(0))?;
    let run = |s: &Statement, values: Vec<Value>| -> rusqlite::Result<usize> {
        c.prepare_cached(s.sqlite())?
            .execute(rusqlite::params_from_iter(values))
    };
    let taken_by = r#"[{"executor_id":1000000,"taken_at":"2026-01-01T00:00:00Z"}]"#;
    run(
        sql.insert_take,
        vec![
            text(&order),
            (takes + 1).into(),
            user.into(),
            200.into(),
            now.into(),
        ],
    )?;
    run(
        sql.update_order,
        vec![
            text(&order),
            (takes + 1).into(),
            text(taken_by),
            now.into(),
            (now + 900_000_000).into(),
            now.into(),
        ],
    )?;
    run(
        sql.transfer,
        vec![
            text(&format!("services.take:{order}:{user}")),
            0.into(),
            text("services.take"),
            text("RUB"),
            text(&account),
            text("platform/services_revenue/RUB"),
            200.into(),
            text("posted"),
            text(r#"{"order_id":"ord000000000"}"#),
            now.into(),
        ],
    )?;
    run(
        sql.event,
        vec![
            text("services.order_taken"),
            text(&order),
            text(&"x".repeat(400)),
            now.into(),
        ],
    )?;
    run(
        sql.audit,
        vec![
            now.into(),
            text(&format!("user/{user}")),
            text("services.take"),
            text(&order),
            text(r#"{"slot":1,"price_minor":200}"#),
            text("01234567890123456789"),
        ],
    )?;
    c.prepare_cached("RELEASE unit")?.execute([])?;
    Ok(true)
}

/// The script of the same take for pgbench, with its variables in place of parameters. Each
/// client works through orders of its own, three people for each; `i` counts (start with
/// `-D i=0`).
pub(crate) fn pgbench_script(
    first_order: usize,
    span: usize,
    people: usize,
) -> Result<String, String> {
    let sql = TakeSql::find()?;
    let order = "'ord' || lpad(CAST(:o AS TEXT), 9, '0')";
    let user = "CAST(:e AS BIGINT)";
    let account = "'user/' || CAST(:e AS TEXT) || '/RUB'";
    let mut s = String::new();
    let (first, third) = (user_id(0), people / 3);
    let _ = writeln!(s, "\\set o {first_order} + :client_id * {span} + :i / 3");
    let _ = writeln!(
        s,
        "\\set e {first} + (:i % 3) * {third} + (:o * 7) % {third}"
    );
    let _ = writeln!(s, "\\set i :i + 1");
    let _ = writeln!(s, "BEGIN;");
    let _ = writeln!(s, "{} \\gset o_", fill(sql.lock_order, &[order]));
    let _ = writeln!(s, "\\if :o_takes < 3");
    let _ = writeln!(s, "{};", fill(sql.takes, &[order]));
    let _ = writeln!(s, "{};", fill(sql.lock_account, &[account]));
    let slot = "CAST(:o_takes AS BIGINT) + 1";
    let taken_by = r#"'[{"executor_id":1000000,"taken_at":"2026-01-01T00:00:00Z"}]'"#;
    let later = "now() + interval '15 minutes'";
    let _ = writeln!(
        s,
        "{};",
        fill(sql.insert_take, &[order, slot, user, "200", "now()"])
    );
    let _ = writeln!(
        s,
        "{};",
        fill(
            sql.update_order,
            &[order, slot, taken_by, "now()", later, "now()"]
        )
    );
    let op = format!("'services.take:' || {order} || ':' || CAST(:e AS TEXT)");
    let meta = r#"'{"order_id":"ord000000000"}'"#;
    let _ = writeln!(
        s,
        "{};",
        fill(
            sql.transfer,
            &[
                &op,
                "0",
                "'services.take'",
                "'RUB'",
                account,
                "'platform/services_revenue/RUB'",
                "200",
                "'posted'",
                meta,
                "now()"
            ],
        )
    );
    let payload = format!("'{}'", "x".repeat(400));
    let _ = writeln!(
        s,
        "{};",
        fill(
            sql.event,
            &["'services.order_taken'", order, &payload, "now()"]
        )
    );
    let details = r#"'{"slot":1,"price_minor":200}'"#;
    let _ = writeln!(
        s,
        "{};",
        fill(
            sql.audit,
            &[
                "now()",
                "'user/' || CAST(:e AS TEXT)",
                "'services.take'",
                order,
                details,
                "'01234567890123456789'"
            ],
        )
    );
    let _ = writeln!(s, "COMMIT;\n\\else\nROLLBACK;\n\\endif");
    Ok(s)
}

/// The statement on one line with `values` in place of `$1…`.
pub(crate) fn fill(s: &Statement, values: &[&str]) -> String {
    let mut text = s.text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (n, value) in values.iter().enumerate().rev() {
        text = text.replace(&format!("${}", n + 1), &format!("({value})"));
    }
    text
}

/// Runs of `script` a second by pgbench, `each` by each of `clients`.
pub(crate) fn pgbench(
    url: &str,
    script: &Path,
    clients: usize,
    each: usize,
) -> Result<f64, String> {
    let out = Command::new(pgbench_binary())
        .args([
            "-n",
            "-M",
            "prepared",
            "-j",
            "2",
            "-D",
            "i=0",
            "-c",
            &clients.to_string(),
        ])
        .args(["-t", &each.to_string(), "-f"])
        .arg(script)
        .arg(url)
        .output()
        .map_err(|e| format!("pgbench: {e}"))?;
    let text = String::from_utf8_lossy(&out.stdout);
    let tps = text
        .lines()
        .find_map(|l| l.strip_prefix("tps = "))
        .and_then(|l| l.split_whitespace().next())
        .and_then(|v| v.parse().ok());
    tps.ok_or_else(|| format!("pgbench: {text} {}", String::from_utf8_lossy(&out.stderr)))
}

fn pgbench_binary() -> String {
    let debian = "/usr/lib/postgresql/15/bin/pgbench";
    if Path::new(debian).exists() {
        debian.to_owned()
    } else {
        "pgbench".to_owned()
    }
}
