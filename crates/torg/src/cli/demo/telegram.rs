//! The demo's own Telegram, with people in it.

use super::folder::Folder;
use super::outside::Outside;
use crate::cli::failure::Failure;
use axum::Router;
use std::net::SocketAddr;
use torg_platform::clock::Clock;
use torg_platform::config;
use torg_platform::rng::Rng;
use torg_sandbox::people::{demo_people, staff};
use torg_sandbox::telegram::{LocalTelegram, NewBot, Options, start};

const FILE: &str = "telegram.db";
/// Name of the bot in its chats.
const NAME: &str = "Torg";

/// A Telegram that runs until it is stopped.
pub(super) struct OwnTelegram {
    pub(super) outside: Outside,
    telegram: LocalTelegram,
    bot: NewBot,
}

impl OwnTelegram {
    /// Starts it beside `main` and tells the settings where it is.
    pub(super) fn start(
        folder: &Folder,
        telegram: &mut config::Telegram,
        clock: &Clock,
        rng: &Rng,
        main: SocketAddr,
    ) -> Result<Self, Failure> {
        let path = folder.path(FILE);
        let bot = NewBot::new(telegram.bot_token.expose(), &telegram.bot_username, NAME);
        let options = Options::new(clock.clone(), rng.clone())
            .at(path.clone())
            .with_bot(bot.clone());
        let (outside, local) = Outside::start("local Telegram", main, 2, |stop| {
            let failed = |error| Failure::failed(format!("{}: {error}", path.display()));
            let running = start(options, stop).map_err(failed)?;
            Ok((running.telegram, running.router, running.done))
        })?;
        telegram.api_url.clone_from(&outside.url);
        Ok(Self {
            outside,
            telegram: local,
            bot,
        })
    }

    /// The phones of its people, and its Bot API for who has the demo's address only.
    pub(super) fn pages(&self) -> Router {
        let phones = self.telegram.phone_router();
        phones.nest("/_sandbox/telegram/api", self.telegram.router())
    }

    /// Whoever works here has started the bot, so that it can write to them; the customer is left
    /// to whoever looks at the demo.
    pub(super) async fn start_bot(&self, bot: i64) {
        let at_work = ["executor", "operator"];
        let mut people = demo_people();
        people.retain(|person| at_work.contains(&person.role));
        people.extend(staff());
        for person in &people {
            let id = person.id.0;
            let is_new = self
                .telegram
                .state(id)
                .is_ok_and(|state| state["chats"].as_array().is_none_or(Vec::is_empty));
            if !is_new {
                continue;
            }
            if let Err(refusal) = self.telegram.start_bot(id, bot, None).await {
                tracing::warn!(person = id, ?refusal, "the bot was not started");
            }
        }
    }

    /// Where the bot's Mini App is: known when everybody has a port.
    pub(super) fn set_app(&self, url: &str) -> Result<(), Failure> {
        let bot = NewBot {
            web_app: Some(url.to_owned()),
            ..self.bot.clone()
        };
        let added = self.telegram.add_bot(bot);
        added.map_err(|error| Failure::failed(error.to_string()))?;
        Ok(())
    }
}
