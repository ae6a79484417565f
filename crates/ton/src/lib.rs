//! The TON edge: everything that knows how the chain writes things down.
//!
//! [`address`], [`message`], [`key`] and [`wallet`] are pure: bytes in, bytes out. Nothing here
//! talks to the chain without being given its address, and nothing knows a market. The coin is
//! called TON throughout, whatever name the operator shows; amounts are nanotons.

#![forbid(unsafe_code)]

pub mod address;
pub mod api;
mod error;
pub mod escrow;
pub mod key;
pub mod message;
pub mod network;
pub mod nft;
pub mod proof;
pub mod stack;
pub mod tx;
pub mod wallet;

pub use error::Error;
pub use network::Network;
/// Where an account is: workchain and hash of its first code and data. Shown as `0:<hex>`.
pub use tycho_types::models::StdAddr;
pub use wallet::Wallet;

/// What pure parts of this package return.
pub type Result<T> = std::result::Result<T, Error>;
