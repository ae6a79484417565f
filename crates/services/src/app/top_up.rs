//! Invoices for the balance: payments of the kernel whose subject is the person.

use super::recharge::recharge;
use super::{accounts, announce};
use crate::domain::Refusal;
use crate::error::Result;
use crate::events::{INVOICE_OPENED, INVOICE_PAID, Invoice};
use std::time::Duration;
use torg_platform::db::Tx;
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::payments::{
    self, Due, NewPayment, Notice, Outcome, Payee, Payees, Payment, Provenance, Providers, Receipt,
    State,
};
use torg_platform::settings::Gate;
use torg_platform::{Error, Kind, Timestamp, UserId};
use torg_telegram::texts::Lang;

/// What these payments are for, and where the test provider's page for them is.
pub const TEST_PAGE: (&str, &str) = (PURPOSE, "/_fake_payments/balance/");
const PURPOSE: &str = "services.balance";

/// What the payer reads.
const fn title(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "Пополнение баланса",
        Lang::En => "Balance top-up",
    }
}

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

impl PaymentStatus {
    /// What holds at `now`.
    pub(crate) fn of(payment: &Payment, now: Timestamp) -> Self {
        match payment.state {
            State::Paid => Self::Paid,
            State::Failed | State::Withdrawn => Self::Expired,
            State::Pending if payment.expires_at.is_some_and(|end| now >= end) => Self::Expired,
            State::Pending => Self::Pending,
        }
    }
}

/// Opens an invoice under the unguessable name `id`.
///
/// # Errors
/// 503 `market_paused`; those of [`payments::open`].
pub(crate) fn create_invoice(
    tx: &mut Tx<'_>,
    gate: &Gate,
    providers: &Providers,
    id: &str,
    user: UserId,
    provider: &str,
    amount: Money<Rub>,
) -> Result<Payment> {
    gate.open(tx)?;
    let new = NewPayment {
        id: id.to_owned(),
        purpose: PURPOSE.to_owned(),
        subject: user.to_string(),
        payer: Some(user),
        provider: provider.to_owned(),
        currency: Rub::CODE.to_owned(),
        amount_minor: amount.minor(),
        expires_at: Some(tx.now().plus(OFFERED)),
        title: title(torg_telegram::people::language(tx, user)?).to_owned(),
    };
    payments::open(tx, providers, &new)?;
    find(tx, id)
}

/// Tells that somebody waits in the chat to be told where to pay.
pub(crate) fn invoice_opened(tx: &mut Tx<'_>, payment: &Payment) -> Result<()> {
    let payer = payment.payer.ok_or(Refusal::PaymentNotFound)?;
    tell(tx, INVOICE_OPENED, &payment.id, payer)
}

fn tell(tx: &mut Tx<'_>, topic: &str, payment_id: &str, user_id: UserId) -> Result<()> {
    let payment_id = payment_id.to_owned();
    let aggregate = format!("payment/{payment_id}");
    let event = Invoice {
        payment_id,
        user_id,
    };
    announce::tell(tx, topic, &aggregate, &event)
}

/// The invoice of `user`; other people's are as unknown as those that do not exist.
pub(crate) fn find_own(tx: &mut Tx<'_>, id: &str, user: UserId) -> Result<Payment> {
    let payment = find(tx, id)?;
    if payment.payer == Some(user) {
        Ok(payment)
    } else {
        Err(Refusal::PaymentNotFound.into())
    }
}

fn find(tx: &mut Tx<'_>, id: &str) -> Result<Payment> {
    let payment = payments::find(tx, id)?.filter(|payment| payment.purpose == PURPOSE);
    Ok(payment.ok_or(Refusal::PaymentNotFound)?)
}

/// Pays an invoice as a customer of `provider` does. Returns it with its payer, and whether that
/// credited it: it does once.
pub(crate) fn pay_test_invoice(
    tx: &mut Tx<'_>,
    payees: &Payees,
    provider: &str,
    id: &str,
) -> Result<(Payment, UserId, bool)> {
    let payment = find(tx, id)?;
    let payer = payment.payer.ok_or(Refusal::PaymentNotFound)?;
    let notice = Notice {
        provider: provider.to_owned(),
        event_id: format!("balance-{id}"),
        payment: Some(id.to_owned()),
        subject: None,
        outcome: Outcome::Paid,
        // As when the test provider reports itself: a payment has one charge.
        charge_id: id.to_owned(),
        amount_minor: Some(payment.amount_minor),
        currency: Some(payment.currency.clone()),
    };
    match payments::receive(tx, payees, &notice, "{}")? {
        Receipt::Applied => Ok((payment, payer, true)),
        Receipt::Seen => Ok((payment, payer, false)),
        Receipt::Kept | Receipt::Flagged(_) => {
            let text = "The payment is kept for the operator";
            Err(Error::new(Kind::Conflict, "payment_flagged", text).into())
        }
    }
}

/// Credits what people pay for their balance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BalancePayee;

impl Payee for BalancePayee {
    fn purpose(&self) -> &'static str {
        PURPOSE
    }

    /// Nobody owes anything without an invoice, and the account, which is locked last, is all
    /// there is to lock.
    fn lock(&self, _: &mut Tx<'_>, _: &str) -> torg_platform::Result<Option<Due>> {
        Ok(None)
    }

    fn paid(
        &self,
        tx: &mut Tx<'_>,
        payment: &Payment,
        from: &Provenance<'_>,
    ) -> torg_platform::Result<()> {
        let user = payment.subject.parse().map(UserId);
        let user = user.map_err(Error::internal)?;
        if payment.currency != Rub::CODE {
            return Err(Error::internal("an invoice of another currency"));
        }
        let amount = Money::from_minor(payment.amount_minor);
        let op = format!("services.payment:{}:{}", from.provider, from.charge_id);
        let clearing = accounts::clearing_of(from.provider);
        recharge(tx, user, amount, &op, from.provider, &clearing, "")?;
        Ok(tell(tx, INVOICE_PAID, &payment.id, user)?)
    }

    fn failed(&self, _: &mut Tx<'_>, _: &Payment) -> torg_platform::Result<()> {
        Ok(())
    }
}
