//! `torg telegram`: the local Telegram alone, for bots of any kind.

use super::failure::Failure;
use super::out::say;
use super::runtime;
use clap::Args;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use torg_platform::clock::Clock;
use torg_platform::http::{Server, ServerOptions};
use torg_platform::observe;
use torg_platform::rng::Rng;
use torg_sandbox::telegram::{NewBot, Options, start};

/// Requests in flight get this long to finish. Polls of bots and streams of phones never do, and
/// everything else takes no time.
const STOP_TIMEOUT: Duration = Duration::from_millis(500);

const HELP: &str = "\
Prints `listening on http://ADDR` as soon as it answers. A bot of any kind works with it when
https://api.telegram.org is replaced by that address in its settings; webhooks work, too.
What people do is told to ADDR/_sandbox/telegram: `people` names them, `act` makes them do it:
    curl ADDR/_sandbox/telegram/act -d '{\"as\": 1001, \"type\": \"start\", \"bot\": \"my_bot\"}'
Everybody who reaches it can act as every one of them, so it belongs on this machine and nowhere
else. SIGTERM or Ctrl-C stops it; with a file, the next start goes on with the same chats.";

/// Run only the local Telegram: the Bot API, and people who use it
///
/// [`HELP`] says how it is used.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Telegram {
    /// Where it listens; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8083")]
    listen: SocketAddr,
    /// Its file; in memory without one
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// A bot, as `ID:SECRET:USERNAME`; may be given more than once
    #[arg(long = "bot", value_name = "TOKEN:USERNAME", value_parser = bot)]
    bots: Vec<NewBot>,
}

/// A token, which has a colon itself, and the public name behind the last one.
fn bot(text: &str) -> Result<NewBot, String> {
    let (token, username) = text
        .rsplit_once(':')
        .filter(|(token, _)| token.contains(':'))
        .ok_or("a bot is its token, a colon and its username: 100:secret:my_bot")?;
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !(4..=32).contains(&username.len()) || !username.chars().all(good) {
        return Err("a username is 4 to 32 of the characters A-Z, a-z, 0-9 and _".to_owned());
    }
    let id = token.split_once(':').and_then(|(id, secret)| {
        let id = id.parse::<i64>().ok().filter(|id| *id > 0);
        id.filter(|_| !secret.is_empty())
    });
    if id.is_none() {
        return Err("a token is the bot's id, a colon and a secret: 100:secret".to_owned());
    }
    Ok(NewBot::new(token, username, username))
}

impl Telegram {
    pub(super) fn run(self) -> Result<(), Failure> {
        let bots = || self.bots.iter();
        let names: BTreeSet<_> = bots().map(|bot| bot.username.to_lowercase()).collect();
        let ids: BTreeSet<_> = bots().map(|bot| bot.token.split(':').next()).collect();
        if names.len() < self.bots.len() || ids.len() < self.bots.len() {
            let text = "two bots have the same id or the same username";
            return Err(Failure::Usage(text.to_owned()));
        }
        let _log = observe::log::init(observe::LogFormat::Text, "warn").map_err(Failure::Usage)?;
        let folder = self.data.as_deref().and_then(std::path::Path::parent);
        if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|error| Failure::failed(format!("{}: {error}", folder.display())))?;
        }
        runtime()?.block_on(self.serve())
    }

    async fn serve(self) -> Result<(), Failure> {
        let options = ServerOptions {
            stop_timeout: STOP_TIMEOUT,
            ..ServerOptions::default()
        };
        let server = Server::bind(self.listen, options).await?;
        let mut world = Options::new(Clock::Real, Rng::from_os());
        world.path = self.data;
        world.bots = self.bots;
        let stop = CancellationToken::new();
        let running =
            start(world, stop.clone()).map_err(|error| Failure::failed(error.to_string()))?;
        let refused = |error: std::io::Error| Failure::failed(format!("signals: {error}"));
        let mut term = signal(SignalKind::terminate()).map_err(refused)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(refused)?;
        let told = async move {
            tokio::select! {
                _ = term.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        say(format_args!("listening on http://{}", server.local_addr()));
        server.serve(running.router, told).await?;
        stop.cancel();
        // It has said itself what went wrong, if anything did.
        let _done = running.done.await;
        Ok(())
    }
}
