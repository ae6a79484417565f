//! What the wallet asks of a chain. An adapter implements it and calls the wallet from its own
//! units of work.

use crate::Result;
use crate::clock::Timestamp;
use crate::money::{Money, Ton};
use std::fmt;

/// A wallet that somebody has proven to be theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// Its address, canonical.
    pub address: String,
    /// The challenge that it has signed.
    pub payload: String,
}

/// A chain, as far as it can be known without asking it: nothing here waits for a network.
pub trait Chain: Send + Sync + fmt::Debug {
    /// Its name in the database: [`super::CHAIN`].
    fn name(&self) -> &'static str;

    /// Where deposits go, as people write it.
    fn deposit_address(&self) -> String;

    /// A link that opens a wallet with the payment filled in.
    fn deposit_link(&self, memo: &str, amount: Option<Money<Ton>>) -> String;

    /// The canonical form of an address that somebody has typed.
    ///
    /// # Errors
    /// Refusals with a code of their own: `address_invalid`, `address_testnet`, `address_own`.
    fn read_destination(&self, text: &str) -> Result<String>;

    /// A canonical address as people write it.
    fn show(&self, canonical: &str) -> String;

    /// Which wallet has signed which challenge. `body` is the JSON that the wallet's owner has
    /// sent, in the form that the chain's wallets give.
    ///
    /// # Errors
    /// Refusals with a code of their own: a wrong signature, another domain, too old.
    fn verify_proof(&self, body: &[u8], now: Timestamp) -> Result<Proven>;
}
