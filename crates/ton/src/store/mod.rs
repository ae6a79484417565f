//! SQL of the hot wallet.

pub(crate) mod batches;
pub(crate) mod cursors;
