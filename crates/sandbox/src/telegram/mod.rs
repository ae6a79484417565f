//! A Telegram inside the process, behind the Bot API, with people who use it.
//!
//! [`LocalTelegram`] keeps bots, people, chats, messages, Stars and what waits for the bots.
//! [`LocalTelegram::router`] speaks the Bot API on it, so that whoever talks to
//! `api.telegram.org` talks to this one through the same client; only the address differs.
//! [`LocalTelegram::phone_router`] is for the people: a phone of each of them. [`Fault`]s make it
//! as bad as it can get. There is no MTProto, no media that anybody decodes, and nobody but the
//! people who were put there.

mod error;
mod faults;
mod http;
mod keyboard;
mod local;
mod methods;
mod news;
mod options;
mod params;
mod people;
mod start;
mod text;
mod waiting;
mod webhooks;
mod world;

pub use error::{ApiError, Error, Refusal, Result};
pub use faults::{Effect, Fault};
pub use local::LocalTelegram;
pub use news::Event;
pub use options::{NewBot, NewPerson, Options};
pub use people::{Act, BotName};
pub use start::{Running, start};
pub use webhooks::{Deliver, Delivered, HttpDeliver};
pub(crate) use world::Change;
pub use world::{FloodCounters, FloodLimits};
