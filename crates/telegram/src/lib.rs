//! The Telegram edge. [`init_data`] proves who opened the Mini App, [`api`] is the client of the Bot
//! API; nothing here knows a market, and nothing here talks to Telegram without being given its
//! address.

pub mod api;
pub mod init_data;
mod one_bot;

pub use one_bot::OneBot;
