//! The shop market: products, stock, and orders that never oversell.
//!
//! An order promises stock in one transaction, is paid, and sends the goods out; when the payment
//! fails or does not come, the stock is let go again. Every step is a line of one table
//! ([`domain::STEPS`]).

pub mod app;
pub mod config;
pub mod domain;
pub mod error;
pub mod events;
mod http;
pub mod jobs;
pub mod metrics;
mod store;

pub use app::state::Shop;
pub use config::Config;
pub use error::Error;

use torg_platform::db::Migrations;
use torg_platform::module::Module;

/// The tables of this market.
pub const MIGRATIONS: Migrations =
    torg_platform::migrations!("shop": "0001_catalogue", "0002_orders");

/// The market, as the application assembles it.
pub fn module(shop: Shop) -> Module {
    Module {
        name: "shop",
        reconcilers: Vec::new(),
        periodic: Vec::new(),
        handlers: Vec::new(),
        sinks: Vec::new(),
        api: http::api(shop),
    }
}
