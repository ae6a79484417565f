//! The Telegram edge. [`init_data`] proves who opened the Mini App. [`bot`] answers in the chat,
//! [`messages`] is what chats are to show, both in units of work that never wait for Telegram;
//! [`api`] is the client of the Bot API. Nothing here knows a market, and nothing talks to Telegram
//! without being given its address.

#![forbid(unsafe_code)]

pub mod alerts;
pub mod api;
pub mod bot;
pub mod broadcasts;
pub mod calls;
pub mod content;
pub mod http;
pub mod init_data;
pub mod intake;
mod lease;
pub mod links;
pub mod messages;
pub mod mini_app;
mod one_bot;
pub mod people;
pub mod sender;
pub mod stars;
mod store;
pub mod texts;

pub use one_bot::OneBot;

/// Topic of the event that a message was given up.
pub const FAILED: &str = "telegram.message_failed";

/// The tables of the bot, in order.
pub const MIGRATIONS: torg_platform::db::Migrations =
    torg_platform::migrations!("telegram": "0001_bot", "0002_stars", "0003_broadcasts");
