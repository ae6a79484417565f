//! What must hold, whatever has happened.

use crate::model::Model;
use crate::people::everybody;
use crate::product::Verify;
use crate::report::Finding;
use std::collections::BTreeMap;
use torg_platform::UserId;
use torg_platform::db::{Db, Tx};
use torg_platform::ledger;
use torg_platform::money::{Currency as _, Rub, Ton};
use torg_platform::{Result, seal};

/// Balances and what is held of them, by person and currency.
type Balances = BTreeMap<(i64, &'static str), (i64, i64)>;

/// What each person has, as the ledger says.
pub(crate) async fn balances(db: &Db) -> Result<Balances> {
    db.read("sim.balances", |tx| {
        let mut all = Balances::new();
        for id in everybody() {
            for account in ledger::accounts_of(tx, UserId(id))? {
                let held = account.balance() - account.available();
                for currency in [Rub::CODE, Ton::CODE] {
                    if account.id.currency() == currency {
                        all.insert((id, currency), (account.balance(), held));
                    }
                }
            }
        }
        Ok(all)
    })
    .await
}

/// The model's balances are the ledger's.
pub(crate) async fn compare_balances(db: &Db, model: &Model) -> Result<Option<Finding>> {
    let actual = balances(db).await?;
    for id in everybody() {
        for currency in [Rub::CODE, Ton::CODE] {
            let actual = actual.get(&(id, currency)).copied().unwrap_or((0, 0));
            let expected = model.books.of(id, currency);
            if actual != expected {
                let detail = format!("{id} has {actual:?} {currency}, not {expected:?}");
                return Ok(Some(Finding::new("balances", detail)));
            }
        }
    }
    Ok(None)
}

/// Everything is computed again.
pub(crate) async fn verify(db: &Db, verify: Verify) -> Result<Option<Finding>> {
    let found = db.read("sim.verify", verify).await?;
    Ok(found.first().map(|(whose, difference)| {
        let rule = format!("{whose}: {}", difference.rule);
        Finding::new(rule, difference.subject.clone())
    }))
}

/// One line for all that is in the books: the heads of the sealed chains, and every balance.
pub(crate) async fn digest(db: &Db) -> Result<String> {
    let heads = db.read("sim.heads", |tx: &mut Tx<'_>| {
        let heads = seal::verify(tx)?.heads;
        let heads = heads.into_iter().map(|head| {
            let (chain, number, hash) = (head.chain.as_str(), head.number, head.hash);
            format!("{chain}/{number}/{hash}")
        });
        Ok::<_, torg_platform::Error>(heads.collect::<Vec<_>>().join(" "))
    });
    Ok(format!("{} {:?}", heads.await?, balances(db).await?))
}
