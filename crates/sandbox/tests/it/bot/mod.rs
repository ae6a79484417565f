//! The bot's intake, its handling of updates and its queue of messages against the local
//! Telegram, with whatever can go wrong between the two.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::print_stderr,
    reason = "tests count in small numbers, and long ones say how far they are"
)]

mod broadcast;
mod market;
mod rounds;
mod single;
mod wire;
mod world;

pub(crate) use market::MIGRATIONS as COUNTER;

use torg_platform::db::Migrations;

const MIGRATIONS: &[Migrations] = &[
    torg_platform::MIGRATIONS,
    torg_telegram::MIGRATIONS,
    market::MIGRATIONS,
];
