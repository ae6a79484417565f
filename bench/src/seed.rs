//! Puts people's money and open orders straight into the database, so that a round starts in
//! seconds. Orders have names that can be computed: `ord` and nine digits.

use crate::people::user_id;
use std::time::Duration;
use torg_platform::db::{Db, Options, Tx};
use torg_platform::ledger::{self, AccountId, Transfer};
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::{Clock, Error, Timestamp, UserId};

torg_platform::sql! {
    fn insert_order(
        id: &str, customer: UserId, category: &str, city: &str, city_key: &str,
        description: &str, contact: &str, contact_key: &str, at: Timestamp, expires: Timestamp,
    ) -> () =
        "INSERT INTO services_orders (id, customer_id, category, city, city_key, description,
            contact_shown, contact_key, status, created_at, expires_at, deadline_at, takes,
            taken_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'active', $9, $10, $10, 0, '[]', $9)";
}

/// Rows of one unit of work.
const CHUNK: usize = 1000;

/// Name of order `n`.
pub(crate) fn order_id(n: usize) -> String {
    format!("ord{n:09}")
}

/// Opens and migrates `url`, gives `people` 10,000 ₽ each and posts `orders`; closes it again.
pub(crate) async fn seed(url: &str, people: usize, orders: usize) -> Result<(), Error> {
    let db = open(url).await?;
    for start in (0..people).step_by(CHUNK) {
        let end = people.min(start + CHUNK);
        db.write("bench.money", move |tx| {
            (start..end).try_for_each(|n| money(tx, n))
        })
        .await?;
    }
    for start in (0..orders).step_by(CHUNK) {
        let end = orders.min(start + CHUNK);
        db.write("bench.orders", move |tx| {
            (start..end).try_for_each(|n| order(tx, n))
        })
        .await?;
    }
    db.close().await;
    Ok(())
}

/// Opens and migrates `url`.
pub(crate) async fn open(url: &str) -> Result<Db, Error> {
    let (options, clock) = (Options::new(url), Clock::Real);
    let migrations = [
        torg_platform::MIGRATIONS,
        torg_services::MIGRATIONS,
        torg_shop::MIGRATIONS,
    ];
    let opened = tokio::task::spawn_blocking(move || Db::open(&options, clock, &migrations)).await;
    Ok(opened.map_err(Error::internal)??)
}

fn money(tx: &mut Tx<'_>, n: usize) -> Result<(), Error> {
    let bank = AccountId::platform("bench", Rub::CODE);
    if n == 0 {
        ledger::ensure_platform_accounts(tx, &[(&bank, false, true)])?;
    }
    let user = UserId(user_id(n));
    ledger::open_user::<Rub>(tx, user)?;
    ledger::transfer(
        tx,
        &Transfer {
            op: &format!("bench:{n}"),
            leg: 0,
            kind: "bench.seed",
            debit: &bank,
            credit: &AccountId::user(user, Rub::CODE),
            amount: Money::<Rub>::from_minor(1_000_000),
            meta: "{}",
        },
    )?;
    Ok(())
}

/// Half of the orders are plumbing in Moscow.
fn order(tx: &mut Tx<'_>, n: usize) -> Result<(), Error> {
    let (category, city, key) = if n.is_multiple_of(2) {
        ("plumbing", "Москва", "москва")
    } else {
        ("electrical", "Казань", "казань")
    };
    let contact = format!("+7900{n:07}");
    let description = format!("Срочно нужен мастер, заявка номер {n}, подробности по телефону");
    // A customer who takes nothing, and a moment of its own for each order.
    let (now, spread) = (
        tx.now(),
        Duration::from_micros(u64::try_from(n).unwrap_or(0)),
    );
    let at = now.plus(spread);
    let expires = at.plus(Duration::from_hours(1));
    let id = order_id(n);
    let customer = UserId(1);
    Ok(insert_order(
        tx,
        &id,
        customer,
        category,
        city,
        key,
        &description,
        &contact,
        &contact,
        at,
        expires,
    )?)
}
