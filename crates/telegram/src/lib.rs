//! The Telegram edge. [`init_data`] proves who opened the Mini App; nothing here knows a market,
//! and nothing here talks to Telegram without being given its address.

pub mod init_data;
mod one_bot;

pub use one_bot::OneBot;
