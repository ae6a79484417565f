//! The limits of an order in the shop: the same SQL without anything around it, its statements
//! taken from the registry by name.

use crate::orders::{Wish, aisle};
use crate::people::user_id;
use crate::reference::{BATCH, fill, named, open};
use crate::scenarios::{PEOPLE, PG_CLIENTS};
use crate::shelf::product_id;
use rusqlite::Connection;
use rusqlite::types::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;
use torg_platform::Clock;
use torg_platform::db::Statement;

/// The history of a new order.
const TIMELINE: &str = r#"[{"at":"2026-01-01T00:00:00.123456Z","event":"created","note":""},{"at":"2026-01-01T00:00:00.123456Z","event":"reserved","note":""}]"#;
/// A product's name.
const NAME: &str = "красная кружка № 123";

/// Bytes of what is stored with an order of two lines.
pub(crate) struct Sizes {
    /// The answer, for whoever sends the request again.
    pub(crate) answer: usize,
}

/// The statements of one order, in order.
struct OrderSql {
    stored: &'static Statement,
    lock_products: &'static Statement,
    reserve: &'static Statement,
    insert_order: &'static Statement,
    insert_line: &'static Statement,
    event: &'static Statement,
    store: &'static Statement,
}

impl OrderSql {
    fn find() -> Result<Self, String> {
        Ok(Self {
            stored: named("platform::idempotency::store::find")?,
            lock_products: named("shop::store::products::lock_four")?,
            reserve: named("shop::store::products::update_stock")?,
            insert_order: named("shop::store::orders::insert_row")?,
            insert_line: named("shop::store::orders::insert_item")?,
            event: named("outbox::store::insert_event")?,
            store: named("platform::idempotency::store::insert")?,
        })
    }
}

/// What the outbox is told of an order.
fn event(order: &str, user: i64, lines: &[(usize, i64)]) -> String {
    let line = |(product, quantity): &(usize, i64)| serde_json::json!({"product_id": product_id(*product), "quantity": quantity});
    let lines: Vec<_> = lines.iter().map(line).collect();
    serde_json::json!({
        "order_id": order, "customer_id": user, "status": "reserved", "total": "199.90",
        "refunded": "0.00", "currency": "RUB", "pay_with": null, "items": lines,
    })
    .to_string()
}

/// Orders by a bare loop, as many in one commit as the reference of takes, with
/// `synchronous=FULL`; orders a second.
pub(crate) fn sqlite_orders(path: &Path, wishes: &[Wish], sizes: &Sizes) -> Result<f64, String> {
    let sql = OrderSql::find()?;
    let conn = open(path).map_err(|e| e.to_string())?;
    let answer = "x".repeat(sizes.answer);
    let started = Instant::now();
    for batch in wishes.chunks(BATCH) {
        conn.execute_batch("BEGIN IMMEDIATE")
            .map_err(|e| e.to_string())?;
        for wish in batch {
            sqlite_order(&conn, &sql, wish, &answer).map_err(|e| e.to_string())?;
        }
        conn.execute_batch("COMMIT").map_err(|e| e.to_string())?;
    }
    Ok(wishes.len() as f64 / started.elapsed().as_secs_f64())
}

fn sqlite_order(c: &Connection, sql: &OrderSql, wish: &Wish, answer: &str) -> rusqlite::Result<()> {
    let (user, now) = (user_id(wish.person), Clock::Real.now().micros());
    let order = format!("{}-7000-8000-000000000000", wish.key);
    let scope = format!("{user}:shop.create_order");
    let text = |s: &str| Value::Text(s.to_owned());
    let run = |s: &Statement, values: Vec<Value>| -> rusqlite::Result<usize> {
        c.prepare_cached(s.sqlite())?
            .execute(rusqlite::params_from_iter(values))
    };
    c.prepare_cached("SAVEPOINT unit")?.execute([])?;
    let known = c
        .prepare_cached(sql.stored.sqlite())?
        .exists([&scope, &wish.key])?;
    assert!(!known, "keys are new");
    let (found, total) = lock_products(c, sql, wish)?;
    assert_eq!(found, wish.lines.len(), "products are there");
    for (product, quantity) in &wish.lines {
        let values = vec![text(&product_id(*product)), 0.into(), (*quantity).into()];
        run(sql.reserve, values)?;
    }
    run(
        sql.insert_order,
        vec![
            text(&order),
            user.into(),
            Value::Null,
            text("reserved"),
            total.into(),
            0.into(),
            total.into(),
            Value::Null,
            Value::Null,
            Value::Null,
            1.into(),
            text(TIMELINE),
            (now + 900_000_000).into(),
            (now + 900_000_000).into(),
            Value::Null,
            now.into(),
        ],
    )?;
    for (line, (product, quantity)) in (1_i64..).zip(&wish.lines) {
        run(
            sql.insert_line,
            vec![
                text(&order),
                line.into(),
                text(&order),
                text(&product_id(*product)),
                text(NAME),
                (*quantity).into(),
                19_990.into(),
                0.into(),
            ],
        )?;
    }
    let payload = event(&order, user, &wish.lines);
    let about = format!("shop.order/{order}");
    let topic = text("shop.order_reserved");
    run(
        sql.event,
        vec![topic, text(&about), text(&payload), now.into()],
    )?;
    run(
        sql.store,
        vec![
            text(&scope),
            text(&wish.key),
            Value::Blob(vec![7; 32]),
            201.into(),
            text(answer),
            now.into(),
        ],
    )?;
    c.prepare_cached("RELEASE unit")?.execute([])?;
    Ok(())
}

/// How many of the products there are, and what they cost together.
fn lock_products(c: &Connection, sql: &OrderSql, wish: &Wish) -> rusqlite::Result<(usize, i64)> {
    let last = wish.lines.len().saturating_sub(1);
    let ids = (0..4).map(|n| product_id(wish.lines[n.min(last)].0));
    let mut statement = c.prepare_cached(sql.lock_products.sqlite())?;
    let mut rows = statement.query(rusqlite::params_from_iter(ids))?;
    let (mut found, mut total) = (0, 0);
    while let Some(row) = rows.next()? {
        let price: i64 = row.get("price_minor")?;
        let free = row.get::<_, i64>("on_hand")? - row.get::<_, i64>("reserved")?;
        assert!(free > 3, "there is plenty");
        total += price;
        found += 1;
    }
    Ok((found, total))
}

/// The script of the same order for pgbench, with its variables in place of parameters. Names of
/// orders come from the client's number and its count, `i` (start with `-D i=0`).
pub(crate) fn pgbench_script(sizes: &Sizes) -> Result<String, String> {
    let sql = OrderSql::find()?;
    let mut s = String::new();
    let first = user_id(0);
    for (n, name) in ["p1", "p2", "p3"].into_iter().enumerate() {
        let (from, to) = aisle(n);
        let _ = writeln!(s, "\\set {name} random({from}, {to})");
    }
    let _ = writeln!(s, "\\set n random(1, 3)");
    let _ = writeln!(s, "\\set q random(1, 3)");
    let _ = writeln!(s, "\\set b CASE WHEN :n > 1 THEN :p2 ELSE :p1 END");
    let _ = writeln!(s, "\\set c CASE WHEN :n > 2 THEN :p3 ELSE :b END");
    let _ = writeln!(s, "\\set e {first} + random(0, {})", PEOPLE - 1);
    let _ = writeln!(s, "\\set i :i + 1");
    let _ = writeln!(s, "\\set o :i * {PG_CLIENTS} + :client_id");
    let product = |name: &str| {
        let stem = product_id(0).replace("000000000000", "");
        format!("'{stem}' || lpad(CAST(:{name} AS TEXT), 12, '0')")
    };
    let order = "'01900000-0000-7000-8001-' || lpad(CAST(:o AS TEXT), 12, '0')";
    let (scope, key) = (
        "CAST(:e AS TEXT) || ':' || 'shop.create_order'",
        "'pgbench-' || CAST(:o AS TEXT)",
    );
    let (user, quantity) = ("CAST(:e AS BIGINT)", "CAST(:q AS BIGINT)");
    let _ = writeln!(s, "BEGIN;\n{};", fill(sql.stored, &[scope, key]));
    let (a, b, c) = (product("p1"), product("b"), product("c"));
    let _ = writeln!(s, "{};", fill(sql.lock_products, &[&a, &b, &c, &c]));
    for_each_line(&mut s, |name| {
        fill(sql.reserve, &[&product(name), "0", quantity])
    });
    let (timeline, later) = (literal(TIMELINE), "now() + interval '15 minutes'");
    let _ = writeln!(
        s,
        "{};",
        fill(
            sql.insert_order,
            &[
                order,
                user,
                "NULL",
                "'reserved'",
                "39980",
                "0",
                "39980",
                "NULL",
                "NULL",
                "NULL",
                "1",
                &timeline,
                later,
                later,
                "NULL",
                "now()",
            ],
        )
    );
    let name = literal(NAME);
    for_each_line(&mut s, |p| {
        let (id, line) = (product(p), &p[1..]);
        let values = [order, line, order, &id, &name, quantity, "19990", "false"];
        fill(sql.insert_line, &values)
    });
    let payload = literal(&event(&product_id(0), first, &[(1, 1), (2, 2)]));
    let about = format!("'shop.order/' || {order}");
    let values = ["'shop.order_reserved'", &about, &payload, "now()"];
    let _ = writeln!(s, "{};", fill(sql.event, &values));
    let answer = literal(&"x".repeat(sizes.answer));
    let print = "decode(repeat('07', 32), 'hex')";
    let values = [scope, key, print, "201", &answer, "now()"];
    let _ = writeln!(s, "{};\nCOMMIT;", fill(sql.store, &values));
    Ok(s)
}

/// A statement for the first product, and for the second and the third if there are so many.
fn for_each_line(s: &mut String, statement: impl Fn(&str) -> String) {
    let _ = writeln!(s, "{};", statement("p1"));
    let _ = writeln!(s, "\\if :n > 1\n{};\n\\endif", statement("p2"));
    let _ = writeln!(s, "\\if :n > 2\n{};\n\\endif", statement("p3"));
}

/// A text for pgbench, which takes a word behind a colon for a variable even in quotes.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace(':', ":' || '"))
}
