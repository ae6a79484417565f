//! Whoever is paid: one per kind of thing that can be paid for.

use super::payment::Payment;
use crate::db::Tx;
use crate::module::Module;
use crate::{Result, UserId};
use std::fmt;
use std::sync::Arc;

/// What is to be paid for one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Of what.
    pub currency: String,
    /// Who is to pay, if that is known.
    pub payer: Option<UserId>,
}

/// Where the news of a payment comes from, for audit and ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provenance<'a> {
    /// Who reports.
    pub provider: &'a str,
    /// Its name for the report.
    pub event_id: &'a str,
    /// Its name for the money; unique per provider.
    pub charge_id: &'a str,
}

/// A market's side of payments for one purpose. Everything here happens inside the unit of work
/// that takes the provider's notice; what fails undoes the whole, and the notice comes again.
pub trait Payee: Send + Sync + 'static {
    /// `market.thing`, for example `shop.order`; [`Payment::purpose`].
    fn purpose(&self) -> &'static str;
    /// Locks what is paid for, as the first in the order of locks, and says what is due for it;
    /// `None` when there is no such thing (yet), or nothing is due without a payment that was
    /// opened before.
    ///
    /// # Errors
    /// The database's.
    fn lock(&self, tx: &mut Tx<'_>, subject: &str) -> Result<Option<Due>>;
    /// Somebody is about to be charged for this payment, which is open: why that must not be, as a
    /// stable word, when what it is for has changed or is gone. Called after [`Payee::lock`], with
    /// the payment locked.
    ///
    /// # Errors
    /// The database's.
    fn objection(&self, tx: &mut Tx<'_>, payment: &Payment) -> Result<Option<&'static str>> {
        let _nothing_can_be_gone = (tx, payment);
        Ok(None)
    }
    /// The money is there: called once per payment, after [`Payee::lock`], with the payment
    /// locked and already [`super::State::Paid`]. It may be late: what was bought may be gone by
    /// now, and then it is this function that gives the money back ([`super::refund()`]; the lock
    /// it needs, by [`super::lock`], is this unit's already).
    ///
    /// # Errors
    /// Whatever it is, nothing has happened and the notice is taken again later.
    fn paid(&self, tx: &mut Tx<'_>, payment: &Payment, from: &Provenance<'_>) -> Result<()>;
    /// The money will not come: called at most once per payment, after [`Payee::lock`].
    ///
    /// # Errors
    /// Whatever it is, nothing has happened and the notice is taken again later.
    fn failed(&self, tx: &mut Tx<'_>, payment: &Payment) -> Result<()>;
}

/// All payees of this program. Clones share them.
#[derive(Clone, Default)]
pub struct Payees(Arc<Vec<Arc<dyn Payee>>>);

impl Payees {
    /// These.
    pub fn new(payees: Vec<Arc<dyn Payee>>) -> Self {
        Self(Arc::new(payees))
    }

    /// Those of all `modules`.
    pub fn of_modules(modules: &[Module]) -> Self {
        let all = modules.iter().flat_map(|module| &module.payees);
        Self::new(all.cloned().collect())
    }

    /// Each of them, for a [`Module`].
    pub fn all(&self) -> Vec<Arc<dyn Payee>> {
        self.0.to_vec()
    }

    /// The payee of this purpose.
    pub fn get(&self, purpose: &str) -> Option<&dyn Payee> {
        let found = self.0.iter().find(|payee| payee.purpose() == purpose)?;
        Some(found.as_ref())
    }
}

impl fmt::Debug for Payees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|payee| payee.purpose()))
            .finish()
    }
}
