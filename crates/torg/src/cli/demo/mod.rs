//! `torg demo`: everything on this machine, with people, money and orders, and nothing to set up.

mod around;
mod chain;
mod folder;
mod history;
mod outside;
mod seed;
mod telegram;

use super::Settings;
use super::failure::Failure;
use super::out::say;
use super::serve::{Duties, Program, start_log};
use crate::assemble::{self, Extras};
use crate::web;
use around::Around;
use clap::Args;
use folder::Folder;
use seed::Seed;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use torg_platform::clock::Clock;
use torg_platform::config::{ClockMode, Purpose};
use torg_platform::rng::Rng;

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
        let file = folder.path("torg.db");
        let own = config.database.url.expose() == format!("sqlite://{}", file.display());
        if own
            && !file.exists()
            && let Err(error) = history::tell(&config, clock.now(), &rng)
        {
            tracing::warn!(cause = ?error, "the demo starts without a past");
        }
        let around = Around::start(&folder, &mut config, &clock, &rng)?;
        let any_port = config.is_default("http.listen");
        let remember = Arc::clone(&folder);
        let bot_id = config.telegram.bot_id().unwrap_or_default();
        let bot_token = config.telegram.bot_token.expose().to_owned();
        let admin_secret = config.admin.secret.expose().to_owned();
        let pages = around.pages(&bot_token, &clock, &rng);
        let extras = Extras {
            pages: Some(pages),
            plain_http: true,
            on_move: Some(Arc::new(move |by| remember.add_moved(by))),
            ..Extras::default()
        };
        let program = Program::open(config, clock, extras, any_port)?;
        if let Some(telegram) = &around.telegram {
            telegram.set_app(&format!("{}{}", program.local_url(), web::HOME))?;
        }
        let sown = program.runtime.block_on(async {
            let seed = Seed {
                router: &program.app.public,
                bot_token: &bot_token,
                admin_secret: &admin_secret,
                rng: &rng,
                now: program.app.ctx.clock.now(),
            };
            if let Some(telegram) = &around.telegram {
                telegram.start_bot(bot_id).await;
            }
            seed.sow().await
        });
        if let Err(error) = sown {
            tracing::warn!(cause = ?error, "the demo starts without demo data");
        }
        let announce = |address: SocketAddr| {
            say(format_args!("listening on http://{address}"));
            say(format_args!("\n  Torg demo   http://{address}/"));
            if let Some(chain) = &around.chain {
                say(format_args!("  TON chain   {}/wallet", chain.outside.url));
            }
            say(format_args!("  data in     {}", folder.describe()));
            say("  stop with   Ctrl-C\n");
        };
        let served = program.run(Duties::ALL, announce);
        // The world outside ends last.
        around.stop();
        served
    }
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
