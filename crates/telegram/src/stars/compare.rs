//! One row of Telegram's list beside our books, in a unit of work.

use super::desk::{Paid, StarDesk};
use crate::api::{STARS, StarTransaction, TransactionPartner};
use crate::store::stars as store;
use torg_platform::db::Tx;
use torg_platform::payments::Receipt;
use torg_platform::{Result, Timestamp};

/// What a row that a person paid an invoice with is called.
const INVOICE: &str = "invoice_payment";
/// Rows of ours that are looked at in one unit.
const BATCH: i64 = 100;

/// What came of a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// A payment of which no update has told.
    pub(super) missed: bool,
    /// The operator must look.
    pub(super) flagged: bool,
}

/// The person on the other side, when the row is about an invoice: withdrawals, gifts and paid
/// posts are not ours to look after.
fn invoice(partner: Option<&TransactionPartner>) -> Option<(i64, Option<&str>)> {
    let partner = partner?;
    let kind = partner.transaction_type.as_deref();
    let payload = partner.invoice_payload.as_deref();
    let is_invoice = match kind {
        Some(kind) => kind == INVOICE,
        // Servers of before the kinds.
        None => payload.is_some(),
    };
    let user = partner.user.as_ref()?;
    (partner.kind == "user" && is_invoice).then_some((user.id, payload))
}

/// Books a row. What was booked before changes nothing.
pub(super) fn book(tx: &mut Tx<'_>, desk: &StarDesk, row: &StarTransaction) -> Result<Found> {
    if let Some((user, payload)) = invoice(row.source.as_ref()) {
        return came(tx, desk, row, user, payload.unwrap_or_default());
    }
    // A refund says less than its payment, on some servers: the charge is known by its name.
    let partner = row
        .receiver
        .as_ref()
        .filter(|partner| partner.kind == "user");
    let known = store::find(tx, &row.id)?;
    match (known, partner) {
        (Some(charge), Some(_)) => went(tx, desk, row, &charge),
        (None, Some(_)) if invoice(partner).is_some() => {
            let flagged = desk.check_refund(tx, &row.id, payload_of(partner), row.amount)?;
            Ok(Found {
                missed: false,
                flagged,
            })
        }
        (_, _) => Ok(Found::default()),
    }
}

/// What the invoice carried; a name that is no payment's when it does not say so.
fn payload_of(partner: Option<&TransactionPartner>) -> &str {
    let payload = partner.and_then(|partner| partner.invoice_payload.as_deref());
    payload.filter(|payload| !payload.is_empty()).unwrap_or("-")
}

/// Stars came in.
fn came(
    tx: &mut Tx<'_>,
    desk: &StarDesk,
    row: &StarTransaction,
    user: i64,
    payload: &str,
) -> Result<Found> {
    let mut found = Found::default();
    let known = store::find(tx, &row.id)?;
    let payment = match &known {
        Some(charge) => charge.payment_id.clone(),
        None => {
            // As if its update had come.
            let payload = if payload.is_empty() { "-" } else { payload };
            let receipt = desk.take(
                tx,
                &Paid {
                    charge: &row.id,
                    user,
                    payload,
                    amount: row.amount,
                    currency: STARS,
                },
            )?;
            found.missed = true;
            found.flagged = matches!(receipt, Receipt::Flagged(_));
            payload.to_owned()
        }
    };
    let now = tx.now();
    store::mark_listed(tx, &row.id, now)?;
    let stars = known.map_or(row.amount, |charge| charge.stars);
    if stars != row.amount || row.nanostar_amount != 0 {
        let (amount, reason) = (row.amount, "amount_mismatch");
        found.flagged |= desk.flag(tx, "amount", &row.id, &payment, amount, reason)?;
    }
    Ok(found)
}

/// Stars went back.
fn went(
    tx: &mut Tx<'_>,
    desk: &StarDesk,
    row: &StarTransaction,
    charge: &store::Charge,
) -> Result<Found> {
    let now = tx.now();
    let mut flagged = desk.check_refund(tx, &row.id, &charge.payment_id, row.amount)?;
    store::mark_refund_listed(tx, &row.id, now)?;
    if charge.stars != row.amount || row.nanostar_amount != 0 {
        let (amount, reason) = (row.amount, "amount_mismatch");
        let payment = &charge.payment_id;
        flagged |= desk.flag(tx, "refund_amount", &row.id, payment, amount, reason)?;
    }
    Ok(Found {
        missed: false,
        flagged,
    })
}

/// After Telegram's list was read to its end: what our books have had since `before` and the list
/// has not. How many were flagged now.
pub(super) fn flag_missing(tx: &mut Tx<'_>, desk: &StarDesk, before: Timestamp) -> Result<u64> {
    let mut flagged = 0_u64;
    let mut note = |is_new: bool| flagged = flagged.saturating_add(u64::from(is_new));
    let mut after = String::new();
    loop {
        let charges = store::unlisted(tx, desk.bot_id, before, &after, BATCH)?;
        let Some(last) = charges.last() else { break };
        after = last.charge_id.clone();
        for c in &charges {
            let reason = "missing_at_provider";
            note(desk.flag(tx, "missing", &c.charge_id, &c.payment_id, c.stars, reason)?);
        }
    }
    after.clear();
    loop {
        let charges = store::unlisted_refunds(tx, desk.bot_id, before, &after, BATCH)?;
        let Some(last) = charges.last() else { break };
        after = last.charge_id.clone();
        for c in &charges {
            let reason = "refund_missing";
            note(desk.flag(
                tx,
                "unrefunded",
                &c.charge_id,
                &c.payment_id,
                c.stars,
                reason,
            )?);
        }
    }
    Ok(flagged)
}
