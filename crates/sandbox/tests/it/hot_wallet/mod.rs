//! The hot wallet on a real chain behind a server that lies, with a process that dies.
//!
//! A run is a world (database, chain, wallet) that lives for a number of rounds; everything in it
//! is drawn from one seed, so a run that fails can be repeated: `TORG_SEED=7 TORG_RUNS=1`. Without
//! these variables a few worlds are run; `tools/prove-ton.sh` runs the long proof.

#![expect(
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    clippy::print_stdout,
    reason = "helpers of tests fail the test, and it says which seed it runs"
)]

mod deposits;
mod schema;
mod single;
mod withdrawals;
mod world;

use torg_platform::db::Migrations;

const MIGRATIONS: &[Migrations] = &[torg_platform::MIGRATIONS, torg_ton::MIGRATIONS];

/// The seeds to run: from `TORG_SEED`, as many as `TORG_RUNS` says.
fn seeds(usual: u64) -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let first: u64 = number("TORG_SEED").unwrap_or(1);
    first..first + number("TORG_RUNS").unwrap_or(usual)
}
