//! The ledger: who owns how much, and every movement of it.
//!
//! Double entry in the shape that TigerBeetle has: a transfer debits one account and credits one
//! other of the same currency by one positive amount, so an unbalanced entry cannot be written
//! down. An operation of several legs is several transfers under one `op`. Transfers are never
//! changed; a correction is another transfer. The database enforces all of this (see
//! `migrations/*/0001_ledger.sql`): only its trigger writes balances, and the code here asks.
//!
//! Order of locks: lock the users' accounts first, all in one call ([`open_user`],
//! [`open_users`]), then read and decide, then transfer. Accounts of the platform are never
//! locked; hot ones are not even touched on PostgreSQL until [`roll_up`].

mod account;
mod transfer;
mod verify;

pub use account::{
    Account, AccountId, RollUp, account, accounts_of, balance, close, ensure_platform_accounts,
    open_user, open_users, platform_balances, roll_up,
};
pub use transfer::{
    Line, Resolution, Transfer, amount_of, hold, lines, post, transfer, transfer_returning_id, void,
};
pub use verify::{Difference, Report, verify};
