//! Telegram Stars as a way to pay.
//!
//! * [`Stars`] is the provider: an invoice link for a payment, and its refund. What is asked in
//!   Stars is written into the payment when it is opened, and is what must come.
//! * [`StarDesk`] is told what Telegram says of payments, inside the unit of work that handles the
//!   update: somebody is about to pay, has paid, has got the money back.
//! * [`Reconcile`] compares Telegram's own list of Stars with our books. What never came as an
//!   update is taken from there; what contradicts is flagged for the operator.
//!
//! Stars go back whole (record 0020). That a Mini
//! App says "paid" is never believed.

mod api;
mod compare;
mod desk;
mod price;
mod provider;
mod reconcile;

pub use api::api;
pub use desk::StarDesk;
pub use price::in_stars;
pub use provider::Stars;
pub use reconcile::{Reconcile, Report};

/// The provider's name: of its payments, of its clearing account, in the operator's list.
pub const NAME: &str = "stars";
