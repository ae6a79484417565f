//! `torg doctor`: one line for each thing that Torg needs, and what to do about those that lack.

use super::failure::Failure;
use super::out::say;
use super::{Settings, runtime};
use crate::{assemble, telegram, ton, web};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use torg_platform::clock::Clock;
use torg_platform::config::{Config, Purpose, Updates};
use torg_platform::observe::Metrics;
use torg_platform::outbound::configured::{HttpTransport, Transport};
use torg_platform::redis_client::Redis;
use torg_platform::rng::Rng;
use torg_platform::{Timestamp, db};
use torg_telegram::api::GetMe;
use torg_ton::address;

/// Less than this is too little for a day of growth and a backup: 1 GiB, in KiB.
const DISK_MIN_KIB: u64 = 1024 * 1024;
/// This program is younger: 2026-01-01.
const BORN: Timestamp = Timestamp::from_seconds(1_767_225_600);

/// What was found: all is well, or what is wrong and what to do.
type Finding = Result<String, (String, &'static str)>;

pub(super) fn run(settings: &Settings) -> Result<(), Failure> {
    let mut all_well = tell("settings", check_settings(settings));
    // The rest can be looked at even if serving would be refused.
    let config = settings.load(Purpose::Tool)?;
    for (name, finding) in [
        ("bot token", bot_token(&config)),
        ("telegram", bot(&config)?),
        ("database", database(&config)),
        ("redis", redis(&config)?),
        ("ton", chain(&config)?),
        ("wallet", wallet(&config)),
        ("mini app", mini_app(&config)),
        ("disk", disk(&config)),
        ("clock", clock()),
    ] {
        all_well &= tell(name, finding);
    }
    if all_well { Ok(()) } else { Err(Failure::Told) }
}

fn tell(name: &str, finding: Finding) -> bool {
    match &finding {
        Ok(text) => say(format_args!("ok    {name:<10} {text}")),
        Err((problem, advice)) => say(format_args!("FAIL  {name:<10} {problem}: {advice}")),
    }
    finding.is_ok()
}

fn check_settings(settings: &Settings) -> Finding {
    match settings.load_adjusted(Purpose::Serve, Vec::new()) {
        Ok(_) => Ok("complete".to_owned()),
        Err(problems) => {
            let count = problems.0.len();
            Err((
                format!("{count} to look at"),
                "torg config check lists them",
            ))
        }
    }
}

fn bot_token(config: &Config) -> Finding {
    match config.telegram.bot_id() {
        Some(id) => Ok(format!("of the bot {id}")),
        None => Err((
            "not set".to_owned(),
            "ask @BotFather, set TORG_TELEGRAM__BOT_TOKEN",
        )),
    }
}

fn network() -> Result<Arc<dyn Transport>, Failure> {
    Ok(Arc::new(HttpTransport::new()?))
}

fn bot(config: &Config) -> Result<Finding, Failure> {
    if config.telegram.updates == Updates::Off || config.telegram.bot_token.is_empty() {
        return Ok(Ok("not used: there is no bot".to_owned()));
    }
    let url = &config.telegram.api_url;
    let advice = "is the token right, can this machine reach the address?";
    let (clock, name) = (Clock::Real, &config.telegram.bot_username);
    let api = match telegram::client(config, &clock, &Metrics::new(&clock)?, network()?) {
        Ok(api) => api,
        Err(error) => return Ok(Err((error.detail().to_owned(), advice))),
    };
    Ok(match runtime()?.block_on(api.ask(&GetMe {})) {
        Ok(me) if me.username.as_ref() == Some(name) => Ok(format!("{url}, @{name} answers")),
        Ok(me) => {
            let actual = me.username.unwrap_or_default();
            let text = format!("the token is of @{actual}, telegram.bot_username is {name:?}");
            Err((text, "links would lead to another bot: set it right"))
        }
        Err(error) => Err((format!("{url}: {error}"), advice)),
    })
}

fn database(config: &Config) -> Finding {
    let url = &config.database.url;
    let file = url.expose().strip_prefix("sqlite://").map(Path::new);
    if file.is_some_and(|file| !file.exists()) {
        return Ok(format!("{url}, not there yet: the first start makes it"));
    }
    match assemble::open_database(config, &Clock::Real) {
        Ok(db) => {
            drop(db);
            Ok(format!("{url}, tables up to date"))
        }
        Err(db::Error::InUse(_)) => Ok(format!("{url}, in use by a running torg")),
        Err(error) => {
            let advice = "is the address right, the server running, the folder writable?";
            Err((format!("{url}: {error}"), advice))
        }
    }
}

fn redis(config: &Config) -> Result<Finding, Failure> {
    let url = &config.redis.url;
    if url.is_empty() {
        return Ok(Ok(
            "not used: limits and cache are in the process".to_owned()
        ));
    }
    let runtime = runtime()?;
    let inside = runtime.enter();
    let answer = Redis::open(url.expose(), "torg")
        .and_then(|r| runtime.block_on(async move { r.ping().await }));
    drop(inside);
    Ok(match answer {
        Ok(took) => Ok(format!("{url}, answers in {took:?}")),
        Err(error) => {
            let advice = "start it, or unset TORG_REDIS__URL to do without";
            Err((format!("{url}: {}", error.detail()), advice))
        }
    })
}

fn chain(config: &Config) -> Result<Finding, Failure> {
    let url = &config.ton.api_url;
    if url.is_empty() {
        return Ok(Ok("not used: there is no chain".to_owned()));
    }
    let advice = "are address and key of [ton] right, is the server running?";
    let clock = Clock::Real;
    let metrics = Metrics::new(&clock)?;
    let api = match ton::client(&config.ton, &clock, &Rng::from_os(), &metrics, network()?) {
        Ok(api) => api,
        Err(error) => return Ok(Err((error.detail().to_owned(), advice))),
    };
    Ok(match runtime()?.block_on(api.head()) {
        Ok(head) => Ok(format!("{url}, block {} of {}", head.seqno, api.network())),
        Err(error) => Err((format!("{url}: {error}"), advice)),
    })
}

fn wallet(config: &Config) -> Finding {
    let advice = "see [ton] in torg config default";
    match ton::wallet(&config.ton) {
        Ok(Some(wallet)) => Ok(address::show(
            wallet.address(),
            ton::network(&config.ton),
            false,
        )),
        Ok(None) if config.ton.wallet_address.is_empty() => {
            Ok("none: deposits and withdrawals are off".to_owned())
        }
        Ok(None) => Ok(format!("{}, paid by others", config.ton.wallet_address)),
        Err(error) => Err((cause(&error), advice)),
    }
}

/// A binary without it serves the API all the same.
fn mini_app(config: &Config) -> Finding {
    let telegram = &config.telegram;
    let set = &telegram.mini_app_url;
    let built = torg_web::is_built();
    Ok(
        match web::address(set, &config.http.public_url, false, built) {
            Some(address) => format!("{address}, where buttons of the bot lead"),
            None if built => "without a button: http.public_url is not https".to_owned(),
            None => "not in this binary: build it where Node 20.19 is".to_owned(),
        },
    )
}

/// The operator may see what a caller may not.
fn cause(error: &torg_platform::Error) -> String {
    use std::error::Error as _;
    let source = error.source().map(ToString::to_string);
    source.unwrap_or_else(|| error.detail().to_owned())
}

/// Space where the database grows.
fn disk(config: &Config) -> Finding {
    let Some(path) = config.database.url.expose().strip_prefix("sqlite://") else {
        return Ok("the database server's own matter".to_owned());
    };
    let folder = Path::new(path)
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    // The standard library cannot ask; `df` is everywhere where this runs.
    let output = Command::new("df").arg("-Pk").arg(&folder).output();
    let free = output.ok().and_then(|output| {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines()
            .nth(1)?
            .split_whitespace()
            .nth(3)?
            .parse::<u64>()
            .ok()
    });
    match free {
        Some(free) if free >= DISK_MIN_KIB => Ok(format!("{} MiB free", free.div_euclid(1024))),
        Some(free) => {
            let text = format!("{} MiB free in {}", free.div_euclid(1024), folder.display());
            Err((text, "make room: a full disk stops every write"))
        }
        None => Ok("not known: df does not say".to_owned()),
    }
}

fn clock() -> Finding {
    let now = Clock::Real.now();
    if now >= BORN {
        Ok(now.to_rfc3339())
    } else {
        Err((
            format!("{now} is in the past"),
            "set the system's clock: initData depends on it",
        ))
    }
}
