//! Integration tests of the kernel.

mod db;
mod idempotency;
mod jobs;
mod outbox;
mod ports;
