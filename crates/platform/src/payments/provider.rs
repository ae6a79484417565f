//! Whoever takes the money from people: Telegram Stars, TON, a card company, or the test provider.

use super::notice::Notice;
use super::payment::{Asked, Checkout, Payment};
use super::refund::Refund;
use crate::Result;
use crate::config::Secret;
use crate::outbox::Failure;
use futures_util::future::BoxFuture;
use std::fmt;
use std::sync::Arc;

/// A way to pay. Adapters implement it; none of its calls happens inside a unit of work.
pub trait Provider: Send + Sync + 'static {
    /// Stable name: [`Payment::provider`], and the last segment of its webhook's path.
    fn name(&self) -> &'static str;
    /// What it asks the payer for instead of this amount, when it takes another currency. Part of
    /// the unit of work that opens a payment, so it only computes.
    ///
    /// # Errors
    /// A refusal, when it cannot ask for this.
    fn asks(&self, amount_minor: i64, currency: &str) -> Result<Option<Asked>> {
        let _as_it_is = (amount_minor, currency);
        Ok(None)
    }
    /// Where to pay, if that is known without asking anybody.
    fn link(&self, payment: &Payment) -> Option<Checkout>;
    /// Starts a payment at the provider; where to pay, if the payer has something to do. May be
    /// called twice for one payment.
    fn start<'a>(
        &'a self,
        payment: &'a Payment,
    ) -> BoxFuture<'a, Result<Option<Checkout>, Failure>>;
    /// Gives money back. May be called more than once with one refund, which is one refund all
    /// the same: [`Refund::op`] and [`Refund::id`] stay what they are.
    fn refund<'a>(
        &'a self,
        payment: &'a Payment,
        refund: &'a Refund,
    ) -> BoxFuture<'a, Result<(), Failure>>;
    /// Key of the signatures under its notices; empty when it sends none.
    fn secret(&self) -> &Secret;
    /// Reads the body of a notice whose signature was good.
    ///
    /// # Errors
    /// 422 with the field that is wrong.
    fn read_notice(&self, body: &[u8]) -> Result<Notice>;
}

/// All providers that are set up, the preferred one first. Clones share them.
#[derive(Clone, Default)]
pub struct Providers(Arc<Vec<Arc<dyn Provider>>>);

impl Providers {
    /// These.
    pub fn new(providers: Vec<Arc<dyn Provider>>) -> Self {
        Self(Arc::new(providers))
    }

    /// The provider of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Provider>> {
        self.0.iter().find(|provider| provider.name() == name)
    }

    /// All, the preferred one first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        self.0.iter()
    }
}

impl fmt::Debug for Providers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|provider| provider.name()))
            .finish()
    }
}
