//! Integration tests of the kernel.

mod db;
mod edge;
mod idempotency;
mod jobs;
mod ledger;
mod outbox;
mod ports;
