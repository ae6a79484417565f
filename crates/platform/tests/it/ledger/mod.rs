//! Money moves as the ledger promises, on both engines.

mod basics;
mod corruption;
mod laws;
mod model;
mod races;
mod seal;

use torg_platform::db::Db;
use torg_platform::ledger::{self, AccountId, Transfer};
use torg_platform::money::{Currency, Rub};
use torg_platform::{Money, UserId};

const MIGRATIONS: &[torg_platform::db::Migrations] = &[torg_platform::MIGRATIONS];

fn user(n: i64) -> AccountId {
    AccountId::user(UserId(n), Rub::CODE)
}

fn platform(name: &str) -> AccountId {
    AccountId::platform(name, Rub::CODE)
}

fn leg<'a>(
    op: &'a str,
    debit: &'a AccountId,
    credit: &'a AccountId,
    minor: i64,
) -> Transfer<'a, Rub> {
    Transfer {
        op,
        leg: 0,
        kind: "test",
        debit,
        credit,
        amount: Money::from_minor(minor),
        meta: "{}",
    }
}

/// Opens users 1 and 2, a hot clearing and commission account; user 1 gets 100.00.
async fn fund(db: &Db) {
    db.write("fund", |tx| {
        let (clearing, commission) = (platform("clearing"), platform("commission"));
        ledger::ensure_platform_accounts(
            tx,
            &[(&clearing, false, true), (&commission, false, true)],
        )?;
        ledger::open_users::<Rub>(tx, &[UserId(2), UserId(1)])?;
        ledger::transfer(tx, &leg("fund", &clearing, &user(1), 10_000))
    })
    .await
    .unwrap();
}

async fn sound(db: &Db) {
    let report = db.read("verify", ledger::verify).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
}
