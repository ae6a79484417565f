//! `torg verify`: compute again what must come out, and compare. Exits with 1 when it differs.

use super::failure::Failure;
use super::out::say;
use super::{Settings, runtime};
use crate::assemble;
use crate::markets::markets;
use torg_platform::admin::adjust;
use torg_platform::clock::Clock;
use torg_platform::config::Purpose;
use torg_platform::db::Tx;
use torg_platform::ledger::{self, Difference};
use torg_platform::seal::{self, Head};
use torg_platform::{Error, Result, wallet};

/// What was asked, in one snapshot.
struct Found {
    heads: Vec<Head>,
    /// By whose rule it is: the ledger's, the wallet's, or a market's.
    broken: Vec<(&'static str, Difference)>,
    markets: Vec<&'static str>,
}

pub(super) fn run(settings: &Settings) -> Result<(), Failure> {
    let config = settings.load(Purpose::Tool)?;
    let db = assemble::open_database(&config, &Clock::Real)?;
    let found = runtime()?.block_on(async {
        let found = db.read("platform.verify", look).await;
        db.close().await;
        found
    })?;
    if found.broken.is_empty() {
        say("ledger: every balance is the sum of its transfers");
        for head in &found.heads {
            let (chain, number, hash) = (head.chain.as_str(), head.number, &head.hash);
            say(format_args!(
                "seals: {chain} unchanged, block {number} is {hash}"
            ));
        }
        say("wallet: the books agree");
        say("adjustments: the books agree");
        for market in &found.markets {
            say(format_args!("{market}: the books agree"));
        }
        return Ok(());
    }
    for (whose, difference) in &found.broken {
        say(format_args!(
            "{whose}: broken: {}: {}",
            difference.rule, difference.subject
        ));
    }
    Err(Failure::failed(format!(
        "{} differences; do not serve from this database",
        found.broken.len()
    )))
}

/// By whose rule it is, and what does not add up.
#[cfg(feature = "demo")]
pub(super) fn differences(tx: &mut Tx<'_>) -> Result<Vec<(&'static str, Difference)>> {
    look(tx).map(|found| found.broken)
}

fn look(tx: &mut Tx<'_>) -> Result<Found, Error> {
    let seals = seal::verify(tx)?;
    let ledger = ledger::verify(tx)?.differences.into_iter();
    let mut found = Found {
        heads: seals.heads,
        broken: (ledger.chain(seals.differences))
            .map(|difference| ("ledger", difference))
            .collect(),
        markets: Vec::new(),
    };
    let wallet = wallet::check_books(tx)?.into_iter();
    found
        .broken
        .extend(wallet.map(|difference| ("wallet", difference)));
    let adjustments = adjust::check_books(tx)?.into_iter();
    found
        .broken
        .extend(adjustments.map(|difference| ("adjustments", difference)));
    for market in markets() {
        let name = market.migrations.package;
        let differences = (market.verify)(tx)?.into_iter();
        found
            .broken
            .extend(differences.map(|difference| (name, difference)));
        found.markets.push(name);
    }
    Ok(found)
}
