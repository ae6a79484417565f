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

pub use app::state::{FakeCompany, Shop};
pub use config::Config;
pub use error::Error;

use std::sync::Arc;
use torg_platform::db::Migrations;
use torg_platform::module::Module;

/// The tables of this market.
pub const MIGRATIONS: Migrations =
    torg_platform::migrations!("shop": "0001_catalogue", "0002_orders", "0003_carts", "0004_chats");

/// The market, as the application assembles it.
pub fn module(shop: Shop) -> Module {
    let payees = shop.payees.all();
    Module {
        name: "shop",
        reconcilers: vec![Arc::new(jobs::ExpireOrders(shop.clone()))],
        periodic: Vec::new(),
        handlers: vec![Arc::new(jobs::FakePayments(shop.clone()))],
        sinks: vec![Arc::new(jobs::StartPayments(shop.clone()))],
        payees,
        api: http::api(shop),
    }
}
