//! Paying with Stars in the markets themselves: their routes, the bot, its queue, and the local
//! Telegram on the other side, on both engines.

mod balance;
mod orders;
mod shop_chat;
mod world;

pub(crate) const MIGRATIONS: &[torg_platform::db::Migrations] = &[
    torg_platform::MIGRATIONS,
    torg_telegram::MIGRATIONS,
    torg_services::MIGRATIONS,
    torg_shop::MIGRATIONS,
];
