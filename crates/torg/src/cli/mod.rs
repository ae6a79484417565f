//! The command line. Refusals are one line on standard error: 2 when the command or the settings
//! are wrong, 1 when something failed.

mod admin;
#[cfg(feature = "demo")]
mod chain;
mod config;
#[cfg(feature = "demo")]
mod demo;
mod doctor;
mod failure;
mod migrate;
mod openapi;
mod out;
mod routes;
mod serve;
#[cfg(feature = "demo")]
mod sim;
#[cfg(feature = "demo")]
mod telegram;
mod verify;

use crate::markets::markets;
use clap::{Parser, Subcommand};
use failure::Failure;
use std::path::PathBuf;
use std::process::ExitCode;
use torg_platform::config::{Config, Problems, Purpose, SectionSpec, Sources};

/// The engine of Telegram marketplaces
///
/// One program: the HTTP API, the bot, the workers and the pages of every market, on SQLite or
/// PostgreSQL. `torg demo` shows all of it without any setup.
#[derive(Debug, Parser)]
#[command(name = "torg", version, arg_required_else_help = true, after_help = AFTER_HELP)]
struct Cli {
    /// Settings file [default: TORG_CONFIG, or ./torg.toml when it exists]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Every setting is also a variable: TORG_HTTP__LISTEN sets `listen` of [http].
`torg config default` prints all of them with their meaning.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Show Torg on this machine: demo people, money and orders, nothing to set up
    #[cfg(feature = "demo")]
    Demo(demo::Demo),
    /// Run only the development chain of TON: Toncenter's API, a faucet and a wallet page
    #[cfg(feature = "demo")]
    Chain(chain::Chain),
    /// Run only the local Telegram: the Bot API, and people who use it
    #[cfg(feature = "demo")]
    Telegram(telegram::Telegram),
    /// Serve people: API, bot and workers
    Serve(serve::Serve),
    /// Create the database or bring its tables up to date
    Migrate,
    /// Look at the settings
    #[command(subcommand)]
    Config(config::Command),
    /// Look whether everything that Torg needs is there; says what to do when it is not
    Doctor,
    /// Compute all balances and seals again and compare
    Verify,
    /// Print the OpenAPI document without starting anything
    Openapi,
    /// Live through days in which everything that can go wrong does, and check every answer
    #[cfg(feature = "demo")]
    Sim(sim::Sim),
    /// Print every route that these settings serve, and who may call it
    Routes,
    /// Who belongs to the operator's staff
    #[command(subcommand)]
    Admin(admin::Command),
}

/// Reads the command line, does it, and says how it went.
pub(crate) fn run() -> ExitCode {
    #[cfg(feature = "planted")]
    if let Err(name) = torg_platform::planted::activate_from_environment() {
        return Failure::failed(format!("TORG_PLANT={name} is no plant")).report();
    }
    // Ends the process itself for `--help` (0) and for what it cannot read (2).
    let cli = Cli::parse();
    let settings = Settings(cli.config);
    let outcome = match cli.command {
        #[cfg(feature = "demo")]
        Command::Demo(demo) => demo.run(&settings),
        #[cfg(feature = "demo")]
        Command::Chain(chain) => chain.run(),
        #[cfg(feature = "demo")]
        Command::Telegram(telegram) => telegram.run(),
        Command::Serve(serve) => serve.run(&settings),
        Command::Migrate => migrate::run(&settings),
        Command::Config(command) => command.run(&settings),
        Command::Doctor => doctor::run(&settings),
        Command::Verify => verify::run(&settings),
        Command::Openapi => openapi::run(),
        #[cfg(feature = "demo")]
        Command::Sim(sim) => sim.run(),
        Command::Routes => routes::run(&settings),
        Command::Admin(command) => command.run(&settings),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Where this command's settings are.
struct Settings(Option<PathBuf>);

impl Settings {
    fn load(&self, purpose: Purpose) -> Result<Config, Failure> {
        Ok(self.load_adjusted(purpose, Vec::new())?)
    }

    /// With other defaults than usual.
    fn load_adjusted(
        &self,
        purpose: Purpose,
        adjusted: Vec<(&'static str, &'static str, String)>,
    ) -> Result<Config, Problems> {
        let variables = std::env::vars_os()
            .map(|(name, value)| {
                (
                    name.to_string_lossy().into_owned(),
                    value.to_string_lossy().into_owned(),
                )
            })
            .collect();
        let sources = Sources {
            adjusted,
            file: self.file(),
            variables,
        };
        Config::load(&sources, &sections(), purpose)
    }

    fn file(&self) -> Option<PathBuf> {
        let named = self.0.clone();
        let from_variable = || std::env::var_os("TORG_CONFIG").filter(|v| !v.is_empty());
        let usual = || Some(PathBuf::from("torg.toml")).filter(|path| path.exists());
        named
            .or_else(|| from_variable().map(PathBuf::from))
            .or_else(usual)
    }
}

/// The settings of the markets.
fn sections() -> Vec<SectionSpec> {
    markets().into_iter().map(|market| market.section).collect()
}

/// The runtime of a command.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let built = builder.enable_all().build();
    built.map_err(|error| Failure::failed(format!("cannot start threads: {error}")))
}
