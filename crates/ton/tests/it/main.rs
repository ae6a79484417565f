//! The TON edge from outside: what other libraries and the chain itself have recorded, and the
//! client against a server in the hand.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    reason = "helpers of tests fail the test"
)]

mod client;
mod escrow;
mod nft;
mod proofs;
mod recorded;
mod server;
mod transactions;
mod vectors;
