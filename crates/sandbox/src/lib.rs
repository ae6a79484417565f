//! The outside world in demo and tests. Production never links to it.
//!
//! People who sign initData, and a page on which one acts as each of them; the page talks to the
//! market through its public HTTP API and nothing else. And a TON chain: [`ton`], and a Telegram:
//! [`telegram`].

mod open;
pub mod people;
mod site;
mod store;
pub mod telegram;
pub mod ton;

pub use site::{Beside, SandboxOptions, router};
