//! initData: published vectors, refusals one by one, and properties over hostile input.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

mod properties;
mod refusals;
mod schema;
mod vectors;
