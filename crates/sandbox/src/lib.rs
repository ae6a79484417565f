//! The outside world in demo and tests. Production never links to it.
//!
//! So far: people who sign initData, and a page on which one acts as each of them. The page
//! talks to the market through its public HTTP API and nothing else.

pub mod people;
mod site;
pub mod ton;

pub use site::{SandboxOptions, router};
