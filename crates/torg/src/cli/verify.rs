//! `torg verify`: compute again what must come out, and compare. Exits with 1 when it differs.

use super::failure::Failure;
use super::out::say;
use super::{Settings, runtime};
use crate::assemble;
use torg_platform::clock::Clock;
use torg_platform::config::Purpose;
use torg_platform::db::Tx;
use torg_platform::{Result, ledger, seal};

pub(super) fn run(settings: &Settings) -> Result<(), Failure> {
    let config = settings.load(Purpose::Tool)?;
    let db = assemble::open_database(&config, &Clock::Real)?;
    let (mut differences, seals) = runtime()?.block_on(async {
        let read = db.read("platform.verify", |tx: &mut Tx<'_>| -> Result<_> {
            Ok((ledger::verify(tx)?.differences, seal::verify(tx)?))
        });
        let found = read.await;
        db.close().await;
        found
    })?;
    differences.extend(seals.differences);
    if differences.is_empty() {
        say("ledger: every balance is the sum of its transfers");
        for head in &seals.heads {
            let (chain, number, hash) = (head.chain.as_str(), head.number, &head.hash);
            say(format_args!(
                "seals: {chain} unchanged, block {number} is {hash}"
            ));
        }
        return Ok(());
    }
    for difference in &differences {
        say(format_args!(
            "ledger: broken: {}: {}",
            difference.rule, difference.subject
        ));
    }
    Err(Failure::failed(format!(
        "{} differences; do not serve from this database",
        differences.len()
    )))
}
