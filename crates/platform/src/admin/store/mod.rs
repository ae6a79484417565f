//! What the panel reads, and the little that it writes.

pub(super) mod adjustments;
pub(super) mod audit;
pub(super) mod ledger;
pub(super) mod notes;
pub(super) mod people;
pub(super) mod waiting;
