//! SQL of the bot.

pub(crate) mod broadcasts;
pub(crate) mod calls;
pub(crate) mod chats;
pub(crate) mod leases;
pub(crate) mod messages;
pub(crate) mod people;
pub(crate) mod stars;
pub(crate) mod updates;
