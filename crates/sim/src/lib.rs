//! Deterministic simulation: the whole program, its people, Telegram and the chain in one thread,
//! with a clock that jumps, and everything that can go wrong drawn from one seed.
//!
//! A [`history::History`] is a list of [`history::Act`]s, each with dice of its own. `world::World` plays
//! it: requests go through the real router, units of work run on SQLite in the order that the
//! [`stage`] decides, calls to Telegram and the chain pass a `network` with weather, and processes
//! die before and after commits. A `model` that knows nothing of the program's code predicts every
//! answer and every balance; `checks` computes the books again. The first contradiction is a
//! [`report::Finding`], and `shrink` looks for the shortest history that has it too.
//!
//! The same seed gives the same answers, byte for byte, and so the same hash of the whole history.
#![expect(
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    clippy::wildcard_enum_match_arm,
    reason = "it checks others and fails loudly itself; its numbers are small, and what its model
              does not name is refused"
)]

mod ask;
mod checks;
mod coins;
mod dice;
mod execute;
pub mod history;
mod log;
mod model;
mod network;
mod people;
pub mod product;
pub mod report;
pub mod run;
mod shrink;
pub mod stage;
mod trace;
mod witness;
mod world;

pub use product::{Build, Outside, Product, Program};
pub use report::{Failing, Finding, Report};
pub use run::{Options, compare, run};
