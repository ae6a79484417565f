//! Counts what is in the database and compares it with what the answers promised.

use crate::world::{PEOPLE, World, user_id};
use torg_platform::UserId;
use torg_platform::ledger::AccountId;

/// Where promises and rows differ.
#[derive(Debug, Default)]
pub(crate) struct Differences {
    /// Acknowledged effects that are not there.
    pub(crate) lost: i64,
    /// Effects beyond what was acknowledged.
    pub(crate) doubled: i64,
    pub(crate) texts: Vec<String>,
}

/// One number: what it is, its query, what the answers make it, and whether it counts effects.
struct Number {
    what: String,
    sql: String,
    promised: i64,
    effects: bool,
}

fn numbers(world: &World) -> Vec<Number> {
    let tally = &world.tally;
    let count = |what: &str, from: &str, promised: i64| Number {
        what: what.to_owned(),
        sql: format!("SELECT count(*) FROM {from}"),
        promised,
        effects: true,
    };
    let mut all = vec![
        count("stored answers", "platform_requests", tally.stored),
        count(
            "recharges",
            "platform_transfers WHERE kind = 'services.recharge'",
            tally.recharges,
        ),
        count("orders", "services_orders", tally.orders),
        count("takes", "services_takes", tally.takes),
        count(
            "refunds",
            "services_takes WHERE refunded_at IS NOT NULL",
            tally.refunds,
        ),
        count("shop orders", "shop_orders", tally.buys),
        count(
            "paid orders",
            "shop_orders WHERE status IN ('paid', 'fulfilled', 'delivered')",
            tally.paid,
        ),
        count(
            "canceled orders",
            "shop_orders WHERE status = 'canceled'",
            tally.canceled,
        ),
    ];
    let value = |what: String, sql: String, promised: i64| Number {
        what,
        sql,
        promised,
        effects: false,
    };
    for (n, balance) in tally.balances.iter().enumerate().take(PEOPLE) {
        let account = AccountId::user(UserId(user_id(n)), "RUB");
        let sql = format!(
            "SELECT credits_posted - debits_posted FROM platform_accounts WHERE id = '{}'",
            account.as_str()
        );
        all.push(value(format!("balance of {n}"), sql, *balance));
    }
    let stock = tally.on_hand.iter().zip(&tally.reserved);
    for (id, (on_hand, reserved)) in world.products().iter().zip(stock) {
        for (column, promised) in [("on_hand", on_hand), ("reserved", reserved)] {
            let sql = format!("SELECT {column} FROM shop_products WHERE id = '{id}'");
            all.push(value(format!("{column} of {id}"), sql, *promised));
        }
    }
    let balance = "SELECT CAST(sum(credits_posted - debits_posted) AS BIGINT)";
    all.push(value(
        "sum of all accounts".to_owned(),
        format!(
            "{balance} FROM (SELECT credits_posted, debits_posted FROM platform_accounts
             UNION ALL SELECT credits_posted, debits_posted FROM platform_ledger_deltas) AS a"
        ),
        0,
    ));
    all
}

/// Compares all numbers in the database at `url`.
///
/// # Errors
/// When it cannot be read.
pub(crate) async fn compare(url: &str, world: &World) -> Result<Differences, String> {
    let numbers = numbers(world);
    let found = match url.strip_prefix("sqlite://") {
        Some(path) => sqlite(path, &numbers)?,
        None => postgres(url, &numbers).await?,
    };
    let mut all = Differences::default();
    for (number, found) in numbers.iter().zip(found) {
        let beyond = found - number.promised;
        if beyond == 0 {
            continue;
        }
        let (what, promised) = (&number.what, number.promised);
        all.texts
            .push(format!("{what}: {found} instead of {promised}"));
        // A wrong balance or stock is at least one effect too few or too many; which, is in the text.
        match (number.effects, beyond > 0) {
            (true, true) => all.doubled += beyond,
            (true, false) => all.lost -= beyond,
            (false, _) => {}
        }
    }
    Ok(all)
}

fn sqlite(path: &str, numbers: &[Number]) -> Result<Vec<i64>, String> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let db = rusqlite::Connection::open_with_flags(path, flags).map_err(|e| e.to_string())?;
    let get = |n: &Number| db.query_row(&n.sql, [], |row| row.get(0));
    let found: Result<Vec<i64>, _> = numbers.iter().map(get).collect();
    found.map_err(|e| e.to_string())
}

async fn postgres(url: &str, numbers: &[Number]) -> Result<Vec<i64>, String> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .map_err(|e| e.to_string())?;
    let driver = tokio::spawn(connection);
    let mut found = Vec::new();
    for number in numbers {
        let row = client.query_one(&number.sql, &[]).await;
        let row = row.map_err(|e| format!("{}: {e}", number.what))?;
        // Some columns are narrower.
        let value = row.try_get::<_, i64>(0);
        let value = value.or_else(|_| row.try_get::<_, i32>(0).map(i64::from));
        found.push(value.map_err(|e| format!("{}: {e}", number.what))?);
    }
    drop(client);
    drop(driver.await);
    Ok(found)
}
