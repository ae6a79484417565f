//! The conformance suite of `platform::db`: both engines, one behaviour.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test code fails loudly"
)]

mod schema;
mod values;
