//! `torg-prove`: the promises that only the real binary can show. Each part does its worst to
//! `torg serve`, or to what it has written, compares what was acknowledged with what is there, and
//! prints one JSON object as its last line. It succeeds only when everything holds.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    clippy::float_arithmetic,
    reason = "a proving tool: it prints, and counts what will not overflow"
)]

mod books;
mod client;
mod control;
mod dice;
mod keys;
mod kill;
mod postgres;
mod power;
mod report;
mod server;
mod site;
mod table;
mod wire;
mod world;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Shows Torg's promises on the real binary")]
struct Args {
    #[command(subcommand)]
    part: Part,
}

#[derive(Subcommand)]
enum Part {
    /// kill -9 under load: what was acknowledged is there, once.
    Kill(kill::Plan),
    /// Power cuts on SQLite: what was acknowledged is durable.
    Power(power::Plan),
    /// Repeated requests: one key, one effect.
    Keys(keys::Plan),
    /// The table of promises, from what the parts have printed.
    Table(table::Plan),
    /// Writes what `power` cuts; started by it.
    #[command(hide = true)]
    Writer(power::writer::Plan),
}

/// Clients are one thread: the server under test needs the rest.
fn runtime() -> Result<tokio::runtime::Runtime, String> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let built = builder.worker_threads(1).enable_all().build();
    built.map_err(|e| e.to_string())
}

fn main() -> std::process::ExitCode {
    let done = match Args::parse().part {
        Part::Kill(plan) => kill::run(&plan),
        Part::Power(plan) => power::run(&plan),
        Part::Keys(plan) => keys::run(&plan),
        Part::Table(plan) => {
            return match table::run(&plan) {
                Ok(true) => std::process::ExitCode::SUCCESS,
                Ok(false) => std::process::ExitCode::FAILURE,
                Err(error) => {
                    eprintln!("torg-prove: {error}");
                    std::process::ExitCode::FAILURE
                }
            };
        }
        Part::Writer(plan) => match power::writer::run(&plan) {
            Ok(()) => return std::process::ExitCode::SUCCESS,
            Err(error) => Err(error),
        },
    };
    match done {
        Ok(report) => {
            let (line, ok) = report.finish();
            println!("{line}");
            if ok {
                std::process::ExitCode::SUCCESS
            } else {
                std::process::ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("torg-prove: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
