//! A TON chain inside the process, behind the HTTP API of Toncenter.
//!
//! [`DevChain`] executes real contracts with real fees on accounts that cost nothing. [`router`]
//! speaks Toncenter's v2 and v3 on it, so that whoever talks to the main network talks to this
//! one through the same client; only the address differs. [`Faults`] make its answers as bad as
//! answers can get. There are no validators and no other workchain, and the one block of a
//! second is final at once unless a fault says otherwise.

mod chain;
mod config;
mod error;
mod escrows;
mod faults;
mod http;
mod ledger;
mod machine;
mod mnemonic;
mod page;
mod start;
mod wallets;

pub use chain::{Accepted, DevChain, DevChainOptions, Mined};
pub use error::{Error, Result};
pub use escrows::{Deal, Move, NewDeal};
pub use faults::Faults;
pub use http::{ApiOptions, router};
pub(crate) use ledger::{Block, Ledger};
pub use ledger::{Head, Record, View};
pub use machine::{Executed, GetterOutput, Machine, Moment, StackItem, method_id};
pub use mnemonic::mnemonic;
pub use start::{Running, start};
pub use wallets::{NamedWallet, PARTIES};
