//! `make bench`: Torg beside its limits, whole HTTP requests against the same SQL without
//! anything around it. Figures are ratios of one run, with the machine's noise shown.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    clippy::float_arithmetic,
    clippy::too_many_lines,
    reason = "a measuring tool: it prints, and its figures are floats"
)]

mod chain;
mod constant;
mod hot_wallet;
mod load;
mod orders;
mod orders_reference;
mod people;
mod products;
mod reference;
mod report;
mod scenarios;
mod seed;
mod server;
mod shelf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Measures Torg beside its limits")]
struct Args {
    #[command(subcommand)]
    command: What,
}

#[derive(Subcommand)]
enum What {
    /// All scenarios; prints a table and writes JSON.
    Run {
        /// Interleaved rounds; their spread is the noise.
        #[arg(long, default_value_t = 5)]
        rounds: usize,
        /// PostgreSQL to measure on; without it only SQLite is measured.
        #[arg(long, env = "TORG_TEST_POSTGRES")]
        postgres: Option<String>,
        /// Where the JSON goes.
        #[arg(long, default_value = "target/bench.json")]
        json: std::path::PathBuf,
        /// Where the table goes, besides the screen.
        #[arg(long)]
        markdown: Option<std::path::PathBuf>,
        /// Only scenarios whose name contains this: `sqlite` or `postgres` with `take`, `reads`,
        /// `place` or `products`; `overload`; `chain`; `hot_wallet`. For example `place`, or "postgres products".
        #[arg(long, default_value = "")]
        only: String,
    },
    /// Serves a constant answer; started by `run`.
    #[command(hide = true)]
    Constant {
        #[arg(long)]
        bytes: usize,
    },
}

fn main() -> std::process::ExitCode {
    let args = Args::parse();
    let done = match args.command {
        What::Constant { bytes } => constant::serve(bytes),
        What::Run {
            rounds,
            postgres,
            json,
            markdown,
            only,
        } => {
            let plan = scenarios::Plan {
                rounds,
                postgres,
                only,
            };
            scenarios::run(&plan).and_then(|report| {
                println!("{}", report.table());
                if let Some(path) = markdown {
                    std::fs::write(path, report.table()).map_err(|e| e.to_string())?;
                }
                let text = serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?;
                std::fs::write(json, text).map_err(|e| e.to_string())
            })
        }
    };
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
