//! initData: published vectors, refusals one by one, and properties over hostile input. The client of
//! the Bot API: its requests, its errors, and updates.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

mod api;
mod broadcasts;
mod mini_app;
mod properties;
mod refusals;
mod schema;
mod stars;
mod vectors;
