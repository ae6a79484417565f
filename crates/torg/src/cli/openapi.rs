//! `torg openapi`: the document of the API, from the code, without starting anything.

use super::failure::Failure;
use super::out::say;
use super::{runtime, sections};
use crate::assemble::{self, Extras};
use crate::markets::Place;
use crate::telegram;
use std::sync::Arc;
use torg_platform::clock::Clock;
use torg_platform::config::{Config, Purpose, Sources};
use torg_platform::db::Db;
use torg_platform::outbound::configured::HttpTransport;

pub(super) fn run() -> Result<(), Failure> {
    // The document does not depend on anybody's settings.
    let config = Config::load(&Sources::default(), &sections(), Purpose::Tool)?;
    let runtime = runtime()?;
    let inside = runtime.enter();
    let ctx = assemble::context(&config, Db::closed(Clock::Real))?;
    let place = Place {
        links: telegram::links(&config, "", false),
        public_url: String::new(),
        local_url: String::new(),
        network: Arc::new(HttpTransport::new()?),
    };
    let app = assemble::assemble(&config, ctx, &place, Extras::default())?;
    drop(inside);
    let json = app.document.to_pretty_json();
    say(json.map_err(|error| Failure::failed(error.to_string()))?);
    Ok(())
}
