//! Integration tests of the kernel.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "test code fails loudly"
)]

mod admin;
mod auth;
mod db;
mod edge;
mod idempotency;
mod jobs;
mod jobs_desk;
mod ledger;
mod outbound;
mod outbox;
mod payments;
mod ports;
mod settings;
mod wallet;
mod webhooks;
