//! The bot's Stars.

use super::chat::User;
use serde::Deserialize;

/// How many Stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct StarAmount {
    /// Whole Stars; below zero when more was taken back than there was.
    pub amount: i64,
    /// Billionths of a Star beside them, of the same sign.
    #[serde(default)]
    pub nanostar_amount: i64,
}

/// A page of the bot's Stars, in the order in which they came and went.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StarTransactions {
    /// The rows.
    pub transactions: Vec<StarTransaction>,
}

/// Stars that came or went.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StarTransaction {
    /// Telegram's name; that of a payment is its charge id, and a refund has its payment's.
    pub id: String,
    /// Whole Stars.
    pub amount: i64,
    /// Billionths beside them.
    #[serde(default)]
    pub nanostar_amount: i64,
    /// When, in seconds since 1970.
    pub date: i64,
    /// Who gave them, when they came.
    pub source: Option<TransactionPartner>,
    /// Who got them, when they went.
    pub receiver: Option<TransactionPartner>,
}

/// The other side of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TransactionPartner {
    /// `user`, `fragment`, `telegram_ads` and others.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of a person: what it was for; `invoice_payment` and others.
    pub transaction_type: Option<String>,
    /// The person.
    pub user: Option<User>,
    /// What the invoice carried for us.
    pub invoice_payload: Option<String>,
}
