//! What updates say about payments.

use super::chat::User;
use serde::Deserialize;

/// Somebody is about to pay: to be answered within ten seconds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PreCheckoutQuery {
    /// For the answer.
    pub id: String,
    /// Who pays.
    pub from: User,
    /// `XTR` for Stars.
    pub currency: String,
    /// In the currency's minor units; Stars have none.
    pub total_amount: i64,
    /// What the invoice carried for us.
    pub invoice_payload: String,
}

/// The money is there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SuccessfulPayment {
    /// `XTR` for Stars.
    pub currency: String,
    /// In the currency's minor units; Stars have none.
    pub total_amount: i64,
    /// What the invoice carried for us.
    pub invoice_payload: String,
    /// Telegram's name for the money.
    pub telegram_payment_charge_id: String,
    /// The provider's name for it; empty for Stars.
    #[serde(default)]
    pub provider_payment_charge_id: String,
}

/// The money has gone back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RefundedPayment {
    /// Always `XTR`.
    pub currency: String,
    /// In Stars.
    pub total_amount: i64,
    /// What the invoice carried for us.
    pub invoice_payload: String,
    /// Telegram's name for the money that came in.
    pub telegram_payment_charge_id: String,
}
