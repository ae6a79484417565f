//! Which chain: the same key and address exist on all of them.

use std::fmt;

/// A chain, by what it calls itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Network {
    /// The one with money in it; the development chain takes its place and its id.
    Mainnet,
    /// The public one for tests.
    Testnet,
}

impl Network {
    /// `global_id` of its blocks; part of the addresses of v5 wallets, and TON Connect's name of
    /// the network.
    pub const fn global_id(self) -> i32 {
        match self {
            Self::Mainnet => -239,
            Self::Testnet => -3,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mainnet => "mainnet",
            Self::Testnet => "testnet",
        })
    }
}
