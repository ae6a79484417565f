//! What Telegram says of payments, inside the unit of work that handles the update. Pure functions
//! of the database: answers go out through the queue of the caller.

use super::NAME;
use crate::api::{Message, PreCheckoutQuery, STARS};
use crate::store::stars as store;
use serde_json::json;
use torg_platform::db::Tx;
use torg_platform::payments::{self, Attempt, Notice, Outcome, Payees, Receipt, RefundState};
use torg_platform::{Result, UserId};

/// Takes what Telegram says of one bot's Stars. Clones share it.
#[derive(Debug, Clone)]
pub struct StarDesk {
    pub(super) bot_id: i64,
    pub(super) payees: Payees,
}

/// Stars that came in.
pub(super) struct Paid<'a> {
    pub(super) charge: &'a str,
    pub(super) user: i64,
    pub(super) payload: &'a str,
    pub(super) amount: i64,
    pub(super) currency: &'a str,
}

impl StarDesk {
    /// For the bot with this id, whose Stars pay `payees`.
    pub const fn new(bot_id: i64, payees: Payees) -> Self {
        Self { bot_id, payees }
    }

    /// Somebody is about to pay: why that must not be, as a stable word of [`payments::objection`]
    /// or of a market.
    ///
    /// # Errors
    /// The database's and the payee's.
    pub fn pre_checkout(
        &self,
        tx: &mut Tx<'_>,
        query: &PreCheckoutQuery,
    ) -> Result<Option<&'static str>> {
        let attempt = Attempt {
            provider: NAME,
            payment: &query.invoice_payload,
            payer: Some(UserId(query.from.id)),
            amount_minor: query.total_amount,
            currency: &query.currency,
        };
        payments::objection(tx, &self.payees, &attempt)
    }

    /// A service message about Stars: they came, or went back.
    ///
    /// # Errors
    /// The database's and the payee's; then nothing has happened, and the update must come again.
    pub fn settled(&self, tx: &mut Tx<'_>, message: &Message) -> Result<()> {
        self.paid(tx, message)?;
        self.refunded(tx, message)?;
        Ok(())
    }

    /// Somebody has paid: the payment's payee is told, once per charge, however often this comes.
    /// `None` when the message is about no payment in Stars.
    ///
    /// # Errors
    /// The database's and the payee's; then nothing has happened, and the update must come again.
    pub fn paid(&self, tx: &mut Tx<'_>, message: &Message) -> Result<Option<Receipt>> {
        let Some(paid) = &message.successful_payment else {
            return Ok(None);
        };
        if paid.currency != STARS {
            return Ok(None);
        }
        // A payment is a service message in the payer's private chat, whose id is the payer's.
        let user = message
            .from
            .as_ref()
            .map_or(message.chat.id, |from| from.id);
        self.take(
            tx,
            &Paid {
                charge: &paid.telegram_payment_charge_id,
                user,
                payload: &paid.invoice_payload,
                amount: paid.total_amount,
                currency: &paid.currency,
            },
        )
        .map(Some)
    }

    /// Stars came in, by whatever way we know.
    pub(super) fn take(&self, tx: &mut Tx<'_>, paid: &Paid<'_>) -> Result<Receipt> {
        let notice = notice(
            paid.charge,
            paid.charge,
            paid.payload,
            paid.amount,
            paid.currency,
        );
        let raw = json!({
            "telegram_payment_charge_id": paid.charge, "invoice_payload": paid.payload,
            "total_amount": paid.amount, "currency": paid.currency, "user_id": paid.user,
        });
        // First what is paid for, then the payment, then ours.
        let receipt = payments::receive(tx, &self.payees, &notice, &raw.to_string())?;
        let (charge, now) = (paid.charge, tx.now());
        store::insert(
            tx,
            charge,
            self.bot_id,
            paid.user,
            paid.payload,
            paid.amount,
            now,
        )?;
        Ok(receipt)
    }

    /// Stars went back. When we have not sent them back, the operator is told: a person at Telegram
    /// has, or Telegram itself. Whether that was flagged now.
    ///
    /// # Errors
    /// The database's.
    pub fn refunded(&self, tx: &mut Tx<'_>, message: &Message) -> Result<bool> {
        let Some(back) = message.refunded_payment.as_ref() else {
            return Ok(false);
        };
        let (charge, now) = (&back.telegram_payment_charge_id, tx.now());
        store::mark_refunded(tx, charge, now)?;
        self.check_refund(tx, charge, &back.invoice_payload, back.total_amount)
    }

    /// Flags a refund that is not ours.
    pub(super) fn check_refund(
        &self,
        tx: &mut Tx<'_>,
        charge: &str,
        payment: &str,
        stars: i64,
    ) -> Result<bool> {
        let of_charge = payments::find(tx, payment)?
            .is_some_and(|payment| payment.charge_id.as_deref() == Some(charge));
        let refunds = payments::refunds_of(tx, payment)?;
        let ours = refunds.iter().any(|refund| match refund.state {
            RefundState::Pending | RefundState::Done => true,
            RefundState::Failed => false,
        });
        if of_charge && ours {
            return Ok(false);
        }
        self.flag(tx, "refund", charge, payment, stars, "refund_unknown")
    }

    /// Puts a charge on the operator's list, once per finding.
    pub(super) fn flag(
        &self,
        tx: &mut Tx<'_>,
        finding: &str,
        charge: &str,
        payment: &str,
        stars: i64,
        reason: &'static str,
    ) -> Result<bool> {
        let event = format!("{finding}:{charge}");
        let notice = notice(&event, charge, payment, stars, STARS);
        let raw = json!({ "finding": finding, "bot_id": self.bot_id }).to_string();
        payments::flag(tx, &notice, reason, &raw)
    }
}

fn notice(event: &str, charge: &str, payment: &str, amount: i64, currency: &str) -> Notice {
    Notice {
        provider: NAME.to_owned(),
        event_id: event.to_owned(),
        payment: Some(payment.to_owned()),
        subject: None,
        outcome: Outcome::Paid,
        charge_id: charge.to_owned(),
        amount_minor: Some(amount),
        currency: Some(currency.to_owned()),
    }
}
