//! The services market: a customer posts an urgent local job for free, up to three executors each
//! pay to see the contact, and silence gives everybody the money back.

pub mod app;
mod bot;
pub mod config;
pub mod domain;
pub mod error;
pub mod events;
mod http;
pub mod jobs;
pub mod metrics;
mod store;

pub use app::state::Services;
pub use app::top_up::TEST_PAGE;
pub use config::Config;
pub use error::Error;

use bot::Bot;
use std::sync::Arc;
use torg_platform::db::Migrations;
use torg_platform::module::Module;
use torg_telegram::bot::Market;
use torg_telegram::links::Links;

/// The tables of this market.
pub const MIGRATIONS: Migrations = torg_platform::migrations!("services": "0001_orders", "0002_people", "0003_kernel_payments",
        "0004_bot", "0005_staff");

/// The market, as the application assembles it. Its notices lead to the places of `links`.
pub fn module(services: Services, links: &Links) -> Module {
    let bot = Bot::new(services.clone(), links.clone());
    Module {
        name: "services",
        reconcilers: vec![
            Arc::new(jobs::CloseDue(services.clone())),
            Arc::new(bot::Offer(bot.clone())),
            Arc::new(bot::Digest(bot.clone())),
            Arc::new(bot::Remind(bot.clone())),
        ],
        periodic: Vec::new(),
        handlers: Vec::new(),
        sinks: vec![Arc::new(bot::Notify(bot))],
        payees: vec![Arc::new(app::top_up::BalancePayee)],
        waiting: vec![Arc::new(app::panel::Complaints)],
        cards: vec![Arc::new(app::panel::Person)],
        settings: services.tunable.all(),
        api: http::api(services),
    }
}

/// The market in the chat.
pub fn bot(services: &Services, links: &Links) -> Arc<dyn Market> {
    Arc::new(Bot::new(services.clone(), links.clone()))
}
