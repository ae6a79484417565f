//! Somebody is about to be charged: the last look before the money moves.

use super::payee::Payees;
use super::payment::{self, State};
use crate::db::Tx;
use crate::{Result, UserId};

/// What a provider is about to charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt<'a> {
    /// [`super::Provider::name`].
    pub provider: &'a str,
    /// Our payment.
    pub payment: &'a str,
    /// Who pays, if the provider knows.
    pub payer: Option<UserId>,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Of what.
    pub currency: &'a str,
}

/// Why nobody may be charged for this now, as a stable word; none when it can go on.
///
/// * `payment_unknown`: there is no such payment of this provider;
/// * `payment_paid`, `payment_withdrawn` (nobody need pay it any more), `payment_expired` (no longer
///   offered);
/// * `payment_changed`: another amount or currency than what is asked for;
/// * `payment_not_yours`: it is somebody else's;
/// * a word of the [`Payee`](super::Payee)'s, when what it is for has changed or is gone.
///
/// Changes nothing, and promises nothing: between this and the money something may still happen,
/// and then the money is late ([`super::Payee::paid`]).
///
/// # Errors
/// The database's and the payee's.
pub fn objection(
    tx: &mut Tx<'_>,
    payees: &Payees,
    attempt: &Attempt<'_>,
) -> Result<Option<&'static str>> {
    const UNKNOWN: Option<&str> = Some("payment_unknown");
    let Some(found) = payment::find(tx, attempt.payment)? else {
        return Ok(UNKNOWN);
    };
    if found.provider != attempt.provider {
        return Ok(UNKNOWN);
    }
    let Some(payee) = payees.get(&found.purpose) else {
        return Ok(UNKNOWN);
    };
    payee.lock(tx, &found.subject)?;
    let Some(payment) = payment::lock(tx, attempt.payment)? else {
        return Ok(UNKNOWN);
    };
    match payment.state {
        State::Pending => {}
        State::Paid => return Ok(Some("payment_paid")),
        State::Failed | State::Withdrawn => return Ok(Some("payment_withdrawn")),
    }
    if payment.expires_at.is_some_and(|end| tx.now() >= end) {
        return Ok(Some("payment_expired"));
    }
    if payment.asked() != (attempt.amount_minor, attempt.currency) {
        return Ok(Some("payment_changed"));
    }
    // What a guest has opened anybody may pay.
    let other = |(ours, theirs)| ours != theirs;
    if payment.payer.zip(attempt.payer).is_some_and(other) {
        return Ok(Some("payment_not_yours"));
    }
    payee.objection(tx, &payment)
}
