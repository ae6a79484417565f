//! What others may learn: the bot, outgoing webhooks, and other markets through the application.
//!
//! An event carries nothing by which a person could be reached.

/// Of a product less than its mark can be ordered.
pub const STOCK_LOW: &str = "shop.stock_low";
