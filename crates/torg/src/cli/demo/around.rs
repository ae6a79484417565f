//! Everything outside of the program that the demo brings: what the settings name is left alone.

use super::chain::OwnChain;
use super::folder::Folder;
use super::telegram::OwnTelegram;
use crate::cli::failure::Failure;
use axum::Router;
use torg_platform::clock::Clock;
use torg_platform::config::Config;
use torg_platform::rng::Rng;
use torg_sandbox::{Beside, SandboxOptions};

/// The world around, until [`Around::stop`].
pub(super) struct Around {
    pub(super) chain: Option<OwnChain>,
    pub(super) telegram: Option<OwnTelegram>,
}

impl Around {
    /// Starts what the settings do not name, and tells them where it is.
    pub(super) fn start(
        folder: &Folder,
        config: &mut Config,
        clock: &Clock,
        rng: &Rng,
    ) -> Result<Self, Failure> {
        let main = config.http.listen;
        let chain = if config.ton.api_url.is_empty() {
            Some(OwnChain::start(folder, &mut config.ton, clock, rng, main)?)
        } else {
            None
        };
        let telegram = if config.is_default("telegram.api_url") {
            let telegram = &mut config.telegram;
            Some(OwnTelegram::start(folder, telegram, clock, rng, main)?)
        } else {
            None
        };
        Ok(Self { chain, telegram })
    }

    /// The demo's pages.
    pub(super) fn pages(&self, bot_token: &str, clock: &Clock, rng: &Rng) -> Router {
        let pages = torg_sandbox::router(SandboxOptions {
            bot_token: bot_token.to_owned(),
            clock: clock.clone(),
            rng: rng.clone(),
            app: crate::web::HOME,
            chain: self.chain.as_ref().map(|chain| Beside {
                url: chain.outside.url.clone(),
                router: chain.router.clone(),
            }),
        });
        match &self.telegram {
            Some(telegram) => pages.merge(telegram.pages()),
            None => pages,
        }
    }

    /// Everything is in its file when this returns.
    pub(super) fn stop(self) {
        let outside = [
            self.chain.map(|chain| chain.outside),
            self.telegram.map(|telegram| telegram.outside),
        ];
        for part in outside.into_iter().flatten() {
            part.stop();
        }
    }
}
