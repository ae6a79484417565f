//! The shop market: products, stock, and orders that never oversell.
//!
//! An order promises stock in one transaction, is paid, and sends the goods out; when the payment
//! fails or does not come, the stock is let go again. Every step is a line of one table
//! ([`domain::STEPS`]).

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

pub use app::state::{FakeCompany, Shop};
pub use config::Config;
pub use error::Error;

use std::sync::Arc;
use torg_platform::db::Migrations;
use torg_platform::module::Module;
use torg_telegram::bot::Market;
use torg_telegram::links::Links;

/// The tables of this market.
pub const MIGRATIONS: Migrations = torg_platform::migrations!("shop": "0001_catalogue", "0002_orders", "0003_carts", "0004_chats", "0005_staff");

/// Its part of the bot.
pub fn bot(shop: &Shop) -> Arc<dyn Market> {
    Arc::new(bot::ShopBot { shop: shop.clone() })
}

/// The market, as the application assembles it; `links` lead to its bot.
pub fn module(shop: Shop, links: Links) -> Module {
    let payees = shop.payees.all();
    Module {
        name: "shop",
        reconcilers: vec![Arc::new(jobs::ExpireOrders(shop.clone()))],
        periodic: Vec::new(),
        handlers: vec![Arc::new(jobs::FakePayments(shop.clone()))],
        sinks: vec![
            Arc::new(jobs::StartPayments(shop.clone())),
            Arc::new(bot::Notify {
                shop: shop.clone(),
                links,
            }),
        ],
        payees,
        waiting: vec![
            Arc::new(app::panel::OrdersToFulfil),
            Arc::new(app::panel::LowStock),
        ],
        cards: vec![Arc::new(app::panel::Customer)],
        settings: shop.tunable.all(),
        api: http::api(shop),
    }
}
