//! Payments by outside providers, the same for every market.
//!
//! A market [`open`]s a payment for something of its own (`purpose` and `subject`) and shows where
//! to pay; the [`Provider`] reports what became of it, and [`receive()`] tells the market's
//! [`Payee`] in the same unit of work: once per payment, whatever how often, in which order and
//! how late the reports come. What cannot be believed without a person is flagged for the
//! operator and changes nothing.
//!
//! Order of locks, for everybody: what is paid for ([`Payee::lock`]), then the payment ([`lock`]),
//! then the rest, accounts of users last.
//!
//! The ledger is the market's: the money of a provider comes from [`clearing_account`].

mod amount;
mod api;
mod attempt;
mod decide;
mod flagged;
mod http_client;
mod notice;
mod payee;
mod payment;
mod provider;
mod receive;
mod refund;
mod store;
mod test_provider;

pub use api::api;
pub use attempt::{Attempt, objection};
pub use flagged::{Flagged, flag, flagged, resolve};
pub use http_client::HttpClient;
pub use notice::{Notice, Outcome, Receipt};
pub use payee::{Due, Payee, Payees, Provenance};
pub use payment::{
    Asked, Checkout, NewPayment, Payment, State, clearing_account, find, lock, net, of_subject,
    open, save_checkout, withdraw_open,
};
pub use provider::{Provider, Providers};
pub use receive::{RetryNotices, receive};
pub use refund::{
    NewRefund, REFUND_DONE, REFUND_FAILED, REFUND_REQUESTED, Refund, RefundState, Refunds, refund,
    refunds_of,
};
pub use test_provider::{TestProvider, TestProviderOptions};

/// Topic of the event that a notice was flagged.
pub const PAYMENT_FLAGGED: &str = "platform.payment_flagged";

/// Name of a payment as an event's aggregate and in the audit trail.
fn aggregate(payment_id: &str) -> String {
    format!("payment/{payment_id}")
}
