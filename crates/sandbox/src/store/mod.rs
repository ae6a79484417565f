//! What the sandbox keeps in files of its own. Never in the product's database.

pub(crate) mod chain;
pub(crate) mod telegram;
