//! The services market: a customer posts an urgent local job for free, up to three executors each
//! pay to see the contact, and silence gives everybody the money back.

pub mod app;
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

use std::sync::Arc;
use torg_platform::db::Migrations;
use torg_platform::module::Module;

/// The tables of this market.
pub const MIGRATIONS: Migrations =
    torg_platform::migrations!("services": "0001_orders", "0002_people", "0003_kernel_payments");

/// The market, as the application assembles it.
pub fn module(services: Services) -> Module {
    Module {
        name: "services",
        reconcilers: vec![Arc::new(jobs::CloseDue(services.clone()))],
        periodic: Vec::new(),
        handlers: Vec::new(),
        sinks: Vec::new(),
        payees: vec![Arc::new(app::top_up::BalancePayee)],
        api: http::api(services),
    }
}
