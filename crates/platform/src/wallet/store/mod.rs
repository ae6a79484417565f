//! The wallet's tables.

pub(super) mod chain;
pub(super) mod deposits;
pub(super) mod people;
pub(super) mod withdrawals;
