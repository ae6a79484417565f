//! What everybody has, as the model keeps it.

use std::collections::BTreeMap;

/// Balances in minor units, and what is held of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Books(BTreeMap<(i64, &'static str), (i64, i64)>);

impl Books {
    /// Balance and what is held of it.
    pub(crate) fn of(&self, who: i64, currency: &'static str) -> (i64, i64) {
        self.0.get(&(who, currency)).copied().unwrap_or((0, 0))
    }

    /// What may be spent.
    pub(crate) fn free(&self, who: i64, currency: &'static str) -> i64 {
        let (balance, held) = self.of(who, currency);
        balance - held
    }

    /// Adds to the balance; takes away with a minus.
    pub(crate) fn add(&mut self, who: i64, currency: &'static str, amount: i64) {
        self.0.entry((who, currency)).or_default().0 += amount;
    }

    /// Holds, or lets go with a minus.
    pub(crate) fn hold(&mut self, who: i64, currency: &'static str, amount: i64) {
        self.0.entry((who, currency)).or_default().1 += amount;
    }
}
