//! The real binary, from the outside: its processes, its exit codes, its words.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    reason = "helpers of tests fail loudly"
)]

#[cfg(feature = "demo")]
mod authz;
#[cfg(feature = "demo")]
mod chain;
mod command;
mod config;
mod crash;
mod crash_shop;
#[cfg(feature = "demo")]
mod demo;
mod demo_shop;
#[cfg(feature = "demo")]
mod party;
mod process;
#[cfg(feature = "demo")]
mod races;
mod serve;
mod shop_client;
mod sim;
#[cfg(feature = "demo")]
mod stars;
#[cfg(feature = "demo")]
mod telegram;
#[cfg(feature = "demo")]
mod ton;
#[cfg(feature = "demo")]
mod ton_world;
mod web;
