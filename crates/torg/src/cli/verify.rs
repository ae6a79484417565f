//! `torg verify`: compute again what must come out, and compare.

use super::failure::Failure;
use super::{Settings, runtime};
use crate::assemble;
use torg_platform::clock::Clock;
use torg_platform::config::Purpose;

pub(super) fn run(settings: &Settings) -> Result<(), Failure> {
    let config = settings.load(Purpose::Tool)?;
    let db = assemble::open_database(&config, &Clock::Real)?;
    runtime()?.block_on(db.close());
    Err(Failure::failed("not written yet"))
}
