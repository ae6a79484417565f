//! Stars: invoices, refunds, and what came and went.

use super::messages::ReplyParameters;
use super::method;
use crate::api::{ChatRef, InlineKeyboard, Message, StarAmount, StarTransactions};
use serde::Serialize;

/// The currency's code.
pub const STARS: &str = "XTR";

/// A part of a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabeledPrice {
    /// What for.
    pub label: String,
    /// In minor units; Stars have none.
    pub amount: i64,
}

/// What is to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Invoice {
    /// 1 to 32 characters.
    pub title: String,
    /// 1 to 255 characters.
    pub description: String,
    /// For us, 1 to 128 bytes; the person does not see it.
    pub payload: String,
    /// `XTR`.
    pub currency: String,
    /// Exactly one for Stars.
    pub prices: Vec<LabeledPrice>,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo_url: Option<String>,
}

impl Invoice {
    /// So many Stars.
    pub fn stars(
        title: impl Into<String>,
        description: impl Into<String>,
        payload: impl Into<String>,
        amount: i64,
    ) -> Self {
        let title = title.into();
        let price = LabeledPrice {
            label: title.clone(),
            amount,
        };
        Self {
            title,
            description: description.into(),
            payload: payload.into(),
            currency: STARS.to_owned(),
            prices: vec![price],
            photo_url: None,
        }
    }
}

/// Sends an invoice as a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SendInvoice {
    /// To whom.
    pub chat_id: ChatRef,
    /// What is to be paid.
    #[serde(flatten)]
    pub invoice: Invoice,
    /// What a forwarded copy's button starts; without it, a copy can be paid by anybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_parameter: Option<String>,
    /// Without a sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_notification: Option<bool>,
    /// It cannot be forwarded or saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protect_content: Option<bool>,
    /// What it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_parameters: Option<ReplyParameters>,
    /// Its buttons, the first of which pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_markup: Option<InlineKeyboard>,
}

method! {
    /// Sends an invoice.
    send_invoice(SendInvoice) = "sendInvoice" -> Message
}

impl SendInvoice {
    /// The invoice, with Telegram's own button.
    pub fn new(chat: impl Into<ChatRef>, invoice: Invoice) -> Self {
        Self {
            chat_id: chat.into(),
            invoice,
            start_parameter: None,
            disable_notification: None,
            protect_content: None,
            reply_parameters: None,
            reply_markup: None,
        }
    }
}

/// Makes an address at which an invoice can be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CreateInvoiceLink(pub Invoice);

method! {
    /// An address at which the invoice can be paid, by anybody who has it.
    create_invoice_link(CreateInvoiceLink) = "createInvoiceLink" -> String
}

/// Gives the Stars of a charge back, all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefundStarPayment {
    /// Who paid.
    pub user_id: i64,
    /// Telegram's name for the money.
    pub telegram_payment_charge_id: String,
}

method! {
    /// Gives the Stars of a charge back.
    refund_star_payment(RefundStarPayment) = "refundStarPayment" -> bool
}

/// Asks for the bot's Stars, the oldest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct GetStarTransactions {
    /// How many to leave out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// How many, 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

method! {
    /// The bot's Stars that came and went.
    get_star_transactions(GetStarTransactions) = "getStarTransactions" -> StarTransactions
}

/// Asks how many Stars the bot has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct GetMyStarBalance {}

method! {
    /// How many Stars the bot has.
    get_my_star_balance(GetMyStarBalance) = "getMyStarBalance" -> StarAmount
}
