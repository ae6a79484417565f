//! The TON edge: everything that knows how the chain writes things down.
//!
//! [`address`], [`message`], [`key`], [`tx`] and [`wallet`] are pure: bytes in, bytes out.
//! [`api`] asks a server, [`hot_wallet`] keeps the books of the wallet that users pay into. Nothing
//! here talks to the chain without being given its address, and nothing knows a market. The coin is
//! called TON throughout, whatever name the operator shows; amounts are nanotons.

#![forbid(unsafe_code)]

pub mod address;
pub mod api;
mod error;
pub mod escrow;
pub mod hot_wallet;
pub mod key;
pub mod message;
pub mod network;
pub mod nft;
pub mod proof;
pub mod stack;
mod store;
pub mod tx;
pub mod wallet;

pub use error::Error;
pub use network::Network;
/// Where an account is: workchain and hash of its first code and data. Shown as `0:<hex>`.
pub use tycho_types::models::StdAddr;
pub use wallet::Wallet;

/// What pure parts of this package return.
pub type Result<T> = std::result::Result<T, Error>;

/// The tables of the hot wallet, in order.
pub const MIGRATIONS: torg_platform::db::Migrations =
    torg_platform::migrations!("ton": "0001_hot_wallet");
