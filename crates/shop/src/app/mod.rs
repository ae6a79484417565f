//! What people can do, one use case per file. Each is a function of a unit of work: it locks what
//! it changes, asks the domain, writes, and tells the outbox.
//!
//! Everybody locks in this order, so that nobody waits for somebody who waits for him: the cart,
//! the order, its payment, its coupon, products by name, and people's accounts last.

pub mod accounts;
pub mod add_keys;
pub mod adjust_stock;
pub(crate) mod analytics;
pub(crate) mod announce;
pub(crate) mod audiences;
pub(crate) mod browse;
pub mod cancel_order;
pub(crate) mod card;
pub(crate) mod chat;
pub mod check_books;
pub mod checkout;
pub(crate) mod confirm_cart;
pub mod create_order;
pub mod create_product;
pub(crate) mod deliver;
mod end_orders;
pub(crate) mod expire_orders;
pub(crate) mod export_orders;
pub mod export_products;
pub(crate) mod fake_payment;
pub(crate) mod fill_cart;
pub mod fulfil_order;
pub(crate) mod get_cart;
pub mod get_order;
pub mod get_product;
pub mod import_products;
pub(crate) mod list_coupons;
pub(crate) mod list_orders;
pub mod list_products;
pub(crate) mod open_checkout;
pub(crate) mod order_once;
pub(crate) mod panel;
pub mod pay_order;
pub mod product_view;
pub mod recent;
pub mod refund_order;
pub(crate) mod repeat_order;
pub(crate) mod save_coupon;
pub mod settle_payment;
pub(crate) mod start_payment;
pub mod state;
pub(crate) mod stock;
pub mod update_product;
pub(crate) mod where_to;

pub use torg_platform::audit::By;
