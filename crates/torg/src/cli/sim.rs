//! `torg sim`: the whole program in a simulated world, where everything that can go wrong does.

use super::failure::Failure;
use super::out::say;
use super::sections;
use crate::assemble::{self, App, Extras};
use crate::cli::verify;
use crate::markets::Place;
use crate::telegram;
use clap::Args;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use torg_platform::config::{Config, Purpose, Sources};
#[cfg(feature = "planted")]
use torg_platform::planted;
use torg_platform::{Error, Result};
use torg_sim::{Failing, Options, Outside, Product, Program, Report, compare, run};

/// What to simulate.
#[derive(Debug, Args)]
pub(super) struct Sim {
    /// Seed of the first world; the same seed gives the same history and the same hash
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Simulated days in all
    #[arg(long, default_value_t = 10)]
    days: u64,
    /// Days that one world lasts; the next one begins with the next seed
    #[arg(long, default_value_t = 2, value_name = "DAYS")]
    world: u64,
    /// Find a fault that is planted first; a name that none has lists them
    #[cfg(feature = "planted")]
    #[arg(long, value_name = "NAME")]
    plant: Option<String>,
    /// Live quiet days here and on this empty database of PostgreSQL, and compare the books
    #[arg(long, value_name = "URL")]
    compare: Option<String>,
    /// Nothing goes wrong
    #[arg(long)]
    calm: bool,
    /// Seconds for which a history that fails is shortened
    #[arg(long, default_value_t = 40, value_name = "SECONDS")]
    shrink: u64,
    /// Print one JSON object as the last line
    #[arg(long)]
    json: bool,
    /// Print how far it is, and at the end how often each request met each answer
    #[arg(long)]
    verbose: bool,
}

impl Sim {
    pub(super) fn run(&self) -> std::result::Result<(), Failure> {
        #[cfg(feature = "planted")]
        if let Some(name) = &self.plant {
            let plant = planted::Plant::parse(name);
            let all = planted::Plant::ALL.iter().map(|plant| plant.name());
            let known = || Failure::Usage(format!("plants: {}", all.collect::<Vec<_>>().join(" ")));
            planted::activate(plant.ok_or_else(known)?);
        }
        let product = Product {
            build: Arc::new(|outside| Box::pin(build(outside))),
            migrations: assemble::migrations(),
            verify: verify::differences,
        };
        if let Some(url) = &self.compare {
            let found = compare(&product, self.seed, self.days, url);
            let lines = found.map_err(|finding| Failure::failed(finding.to_string()))?;
            say(format_args!("the same {lines} lines in both ledgers"));
            return Ok(());
        }
        let options = Options {
            seed: self.seed,
            days: self.days,
            days_per_world: self.world.max(1),
            calm: self.calm,
            shrink: Duration::from_secs(self.shrink),
        };
        let report = run(&product, options, |report| {
            if self.verbose {
                tell(report);
            }
        });
        tell(&report);
        for (kind, times) in report.met.iter().filter(|_| self.verbose) {
            say(format_args!("{times:>8}  {kind}"));
        }
        if let Some(failure) = &report.failure {
            show(failure);
        } else {
            say(format_args!("hash {}", report.hash));
        }
        if self.json {
            say(json(self.seed, &report));
        }
        match report.failure {
            Some(failure) => Err(Failure::failed(failure.finding.to_string())),
            None => Ok(()),
        }
    }
}

/// The shortest history that leads there.
fn show(failure: &Failing) {
    say(format_args!(
        "world {}: {} acts, shortened to {}:",
        failure.history.seed,
        failure.acts_before,
        failure.history.acts.len()
    ));
    for line in &failure.lived {
        say(format_args!("  {line}"));
    }
}

fn json(seed: u64, report: &Report) -> serde_json::Value {
    let failure = report.failure.as_ref();
    serde_json::json!({
        "part": "sim",
        "ok": failure.is_none(),
        "seed": seed,
        "figures": {
            "worlds": report.worlds,
            "days": report.days,
            "acts": report.acts,
            "requests": report.requests,
            "deaths": report.deaths,
            "cancelled": report.cancelled,
            "bad_weather": report.weather,
            "hash": report.hash,
            "found": failure.map(|failure| failure.finding.to_string()),
            "world": failure.map(|failure| failure.history.seed),
            "acts_before": failure.map(|failure| failure.acts_before),
            "acts_after": failure.map(|failure| failure.history.acts.len()),
        },
    })
}

fn tell(report: &Report) {
    say(format_args!(
        "{} worlds, {} days, {} acts, {} requests, {} deaths, {} cancelled, {} calls in bad weather",
        report.worlds,
        report.days,
        report.acts,
        report.requests,
        report.deaths,
        report.cancelled,
        report.weather
    ));
}

/// The settings of a simulated program.
fn config(wallet_file: Option<&Path>) -> Result<Config> {
    let set = |name: &str, value: &str| (format!("TORG_{name}"), value.to_owned());
    let mut variables = vec![
        set("HTTP__PUBLIC_URL", Outside::SELF),
        set("TELEGRAM__BOT_TOKEN", Outside::BOT_TOKEN),
        set("TELEGRAM__BOT_USERNAME", Outside::BOT),
        set("TELEGRAM__API_URL", Outside::TELEGRAM),
        set("TELEGRAM__UPDATES", "polling"),
        set("AUTH__JWT_SECRET", "the-simulated-key-of-all-sessions"),
        set("ADMIN__SECRET", Outside::ADMIN_SECRET),
        set("PAYMENTS__TEST_PROVIDER", "true"),
        set("PAYMENTS__WEBHOOK_SECRET", Outside::WEBHOOK_SECRET),
        set("LIMITS__ENABLED", "false"),
        set("SERVICES__DEV_RECHARGE", "true"),
    ];
    if let Some(file) = wallet_file {
        variables.extend([
            set("TON__API_URL", Outside::CHAIN),
            set("TON__WALLET_FILE", &file.display().to_string()),
            set("TON__REQUESTS_PER_SECOND", "1000"),
            set("TON__NEW_ADDRESS_COOL_DOWN_SECONDS", "0"),
            set("TON__AUTOMATIC_WITHDRAWALS_PER_DAY", "1000000"),
            set("TON__AUTOMATIC_WITHDRAWAL", "1.5"),
            set("TON__TWO_PEOPLE_ABOVE", "2.5"),
        ]);
    }
    let sources = Sources {
        variables,
        ..Sources::default()
    };
    Config::load(&sources, &sections(), Purpose::Tool).map_err(Error::internal)
}

/// Puts a process together.
async fn build(outside: Outside) -> Result<Program> {
    let config = config(outside.wallet_file.as_deref())?;
    let place = Place {
        links: telegram::links(&config, Outside::SELF, true),
        public_url: Outside::SELF.to_owned(),
        local_url: Outside::SELF.to_owned(),
        network: outside.network,
    };
    let ctx = assemble::context_with(&config, outside.db, outside.rng)?;
    let extras = Extras {
        sinks: vec![outside.witness],
        ..Extras::default()
    };
    let App {
        public,
        document,
        worker,
        talkers,
        prepare,
        ..
    } = assemble::assemble(&config, ctx, &place, extras)?;
    for step in prepare {
        step.await?;
    }
    let mut pollers = worker.pollers_of();
    pollers.extend(talkers);
    Ok(Program {
        router: public,
        worker,
        pollers,
        routes: routes(&document),
    })
}

/// Every operation.
fn routes(document: &utoipa::openapi::OpenApi) -> Vec<(http::Method, String)> {
    let mut all = Vec::new();
    for (path, item) in &document.paths.paths {
        let operations = [
            (http::Method::GET, &item.get),
            (http::Method::POST, &item.post),
            (http::Method::PUT, &item.put),
            (http::Method::PATCH, &item.patch),
            (http::Method::DELETE, &item.delete),
        ];
        for (method, operation) in operations {
            if operation.is_some() {
                all.push((method, path.clone()));
            }
        }
    }
    all
}
