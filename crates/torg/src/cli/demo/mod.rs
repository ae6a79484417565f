//! `torg demo`: everything on this machine, with people, money and orders, and nothing to set up.

mod chain;
mod folder;
mod seed;

use super::Settings;
use super::failure::Failure;
use super::out::say;
use super::serve::{Program, start_log};
use crate::assemble::{self, Extras};
use chain::OwnChain;
use clap::Args;
use folder::Folder;
use seed::Seed;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use torg_platform::clock::Clock;
use torg_platform::config::{ClockMode, Config, Purpose};
use torg_platform::rng::Rng;
use torg_sandbox::telegram::{self, LocalTelegram, NewBot};

/// Show Torg on this machine: demo people, money and orders, nothing to set up
///
/// Keeps its data and the keys that it makes for itself in a folder, so that a second start finds
/// what the first one left; delete the folder to start over. Time can be moved ahead:
/// `curl -X POST ADDRESS/_clock -H 'Content-Type: application/json' -d '{"advance_seconds": 900}'`.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Folder for data and keys
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Keep nothing: a folder that is deleted at the end
    #[arg(long, conflicts_with = "data")]
    temp: bool,
}

impl Demo {
    pub(super) fn run(self, settings: &Settings) -> Result<(), Failure> {
        let rng = Rng::from_os();
        let folder = if self.temp {
            Folder::temporary(&rng)?
        } else {
            Folder::at(self.data)?
        };
        let folder = Arc::new(folder);
        let adjusted = adjusted(&folder, &rng)?;
        let mut config = settings.load_adjusted(Purpose::Demo, adjusted)?;
        let _log = start_log(&config)?;
        // What was moved before stays moved: the data is from that time.
        let clock = match config.clock.mode {
            ClockMode::Hybrid => Clock::shifted(folder.moved()),
            ClockMode::Real | ClockMode::Manual => assemble::clock(&config),
        };
        let chain = if config.ton.api_url.is_empty() {
            let (ton, main) = (&mut config.ton, config.http.listen);
            Some(OwnChain::start(&folder, ton, &clock, &rng, main)?)
        } else {
            None
        };
        let any_port = config.is_default("http.listen");
        let remember = Arc::clone(&folder);
        let bot_token = config.telegram.bot_token.expose().to_owned();
        let admin_secret = config.admin.secret.expose().to_owned();
        let pages = torg_sandbox::router(torg_sandbox::SandboxOptions {
            bot_token: bot_token.clone(),
            clock: clock.clone(),
            rng: rng.clone(),
            chain: chain.as_ref().map(|chain| torg_sandbox::Beside {
                url: chain.url.clone(),
                router: chain.router.clone(),
            }),
        });
        let telegram = local_telegram(&folder, &clock, &rng, &config)?;
        let pages = pages
            .merge(telegram.phone_router())
            .nest("/_sandbox/telegram/api", telegram.router());
        let extras = Extras {
            pages: Some(pages),
            on_move: Some(Arc::new(move |by| remember.add_moved(by))),
        };
        let program = Program::open(config, clock, extras, any_port)?;
        let sown = program.runtime.block_on(async {
            let seed = Seed {
                router: &program.app.public,
                bot_token: &bot_token,
                admin_secret: &admin_secret,
                rng: &rng,
                now: program.app.ctx.clock.now(),
            };
            seed.sow().await
        });
        if let Err(error) = sown {
            tracing::warn!(cause = ?error, "the demo starts without demo data");
        }
        let announce = |address: SocketAddr| {
            say(format_args!("listening on http://{address}"));
            say(format_args!("\n  Torg demo   http://{address}/"));
            if let Some(chain) = &chain {
                say(format_args!("  TON chain   {}/wallet", chain.url));
            }
            say(format_args!("  data in     {}", folder.describe()));
            say("  stop with   Ctrl-C\n");
        };
        let served = program.run(true, true, announce);
        // The world outside ends last.
        if let Some(chain) = chain {
            chain.stop();
        }
        served
    }
}

/// The Telegram that the people of the demo use, with Torg's bot in it.
fn local_telegram(
    folder: &Folder,
    clock: &Clock,
    rng: &Rng,
    config: &Config,
) -> Result<LocalTelegram, Failure> {
    let path = folder.path("telegram.db");
    let telegram = &config.telegram;
    let bot = NewBot {
        // The page that shows it knows its own address.
        web_app: Some("/_sandbox/telegram/app/".to_owned()),
        ..NewBot::new(telegram.bot_token.expose(), &telegram.bot_username, "Torg")
    };
    let options = telegram::Options::new(clock.clone(), rng.clone());
    LocalTelegram::open(options.at(path.clone()).with_bot(bot))
        .map_err(|error| Failure::failed(format!("{}: {error}", path.display())))
}

/// What differs from the usual defaults.
fn adjusted(
    folder: &Folder,
    rng: &Rng,
) -> Result<Vec<(&'static str, &'static str, String)>, Failure> {
    let mut adjusted = folder.keys(rng)?;
    let database = format!("sqlite://{}", folder.path("torg.db").display());
    adjusted.push(("database", "url", database));
    let fixed = [
        ("telegram", "bot_username", "torg_demo_bot"),
        ("services", "dev_recharge", "true"),
        ("payments", "test_provider", "true"),
        ("webhooks", "allow_private_addresses", "true"),
        ("ton", "poll_seconds", "1"),
        ("ton", "new_address_cool_down_seconds", "0"),
        ("clock", "mode", "hybrid"),
        ("log", "format", "text"),
        ("log", "level", "warn"),
    ];
    adjusted.extend(fixed.map(|(section, key, value)| (section, key, value.to_owned())));
    Ok(adjusted)
}
