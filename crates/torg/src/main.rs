//! Torg: Telegram marketplaces in one program. `torg help` says what it can do.

mod assemble;
mod cli;
mod clock_api;
mod markets;
mod telegram;
mod ton;
mod web;
mod worker;

fn main() -> std::process::ExitCode {
    cli::run()
}
