//! `torg migrate`: create the database or bring it up to date, and nothing else. Every other
//! command does the same first; this one is for those who want it done before.

use super::failure::Failure;
use super::out::say;
use super::{Settings, runtime};
use crate::assemble;
use torg_platform::clock::Clock;
use torg_platform::config::Purpose;

pub(super) fn run(settings: &Settings) -> Result<(), Failure> {
    let config = settings.load(Purpose::Tool)?;
    let db = assemble::open_database(&config, &Clock::Real)?;
    runtime()?.block_on(db.close());
    say(format_args!("{} is up to date", config.database.url));
    Ok(())
}
