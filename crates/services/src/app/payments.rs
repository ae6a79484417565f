//! Invoices for the balance: made, paid once, looked at.

use super::recharge::{Recharged, recharge};
use crate::domain::Refusal;
use crate::error::Result;
use crate::store::payments::{self, PaymentRow};
use std::time::Duration;
use torg_platform::db::Tx;
use torg_platform::money::{Money, Rub};
use torg_platform::{Kind, Timestamp, UserId};

/// How long an invoice is offered. A payment that arrives later is credited all the same.
const OFFERED: Duration = Duration::from_mins(15);

/// What became of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PaymentStatus {
    /// Not paid yet.
    Pending,
    /// Paid and credited.
    Paid,
    /// No longer offered.
    Expired,
}

/// Records an invoice under the unguessable name `id`.
pub(crate) fn create_invoice(
    tx: &mut Tx<'_>,
    id: &str,
    user: UserId,
    provider: &str,
    amount: Money<Rub>,
) -> Result<()> {
    let now = tx.now();
    Ok(payments::insert_payment(
        tx,
        id,
        user,
        provider,
        amount,
        now,
        now.plus(OFFERED),
    )?)
}

/// The invoice of `user`; other people's are as unknown as those that do not exist.
pub(crate) fn find_own(tx: &mut Tx<'_>, id: &str, user: UserId) -> Result<PaymentRow> {
    let payment = payments::find_payment(tx, id)?.filter(|p| p.user_id == user);
    Ok(payment.ok_or(Refusal::PaymentNotFound)?)
}

/// Whose invoice `id` is, and for how much.
pub(crate) fn open_invoice(tx: &mut Tx<'_>, id: &str) -> Result<(UserId, Money<Rub>)> {
    let payment = payments::find_payment(tx, id)?.ok_or(Refusal::PaymentNotFound)?;
    Ok((payment.user_id, payment.amount_minor))
}

/// Credits a payment that the provider has reported. Repeating a report changes nothing; a
/// report of another amount or a second charge changes nothing either and is an error for the
/// operator to look at. `None` when it was credited before.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    id: &str,
    charge: &str,
    amount: Money<Rub>,
    request_id: &str,
) -> Result<Option<Recharged>> {
    let payment = payments::lock_payment(tx, id)?.ok_or(Refusal::PaymentNotFound)?;
    if payment.amount_minor != amount {
        let text = "The amount is not that of the invoice";
        return Err(torg_platform::Error::new(Kind::Conflict, "amount_mismatch", text).into());
    }
    match payment.charge_id.as_deref() {
        Some(known) if known == charge => return Ok(None),
        Some(_other) => {
            let text = "The invoice was paid by another charge";
            return Err(torg_platform::Error::new(Kind::Conflict, "paid_before", text).into());
        }
        None => {}
    }
    let now = tx.now();
    payments::mark_paid(tx, id, charge, now)?;
    let op = format!("services.payment:{}:{charge}", payment.provider);
    let provider = payment.provider.clone();
    recharge(tx, payment.user_id, amount, &op, &provider, request_id).map(Some)
}

impl PaymentRow {
    /// What holds at `now`.
    pub(crate) fn status_at(&self, now: Timestamp) -> PaymentStatus {
        match (self.charge_id.is_some(), now >= self.expires_at) {
            (true, _) => PaymentStatus::Paid,
            (false, true) => PaymentStatus::Expired,
            (false, false) => PaymentStatus::Pending,
        }
    }
}
