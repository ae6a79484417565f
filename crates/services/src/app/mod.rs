//! What people can do, one use case per file. Each is a function of a unit of work: it locks what
//! it changes, asks the domain, writes, and tells the outbox.

pub mod accounts;
pub(crate) mod admin_complaints;
pub(crate) mod admin_orders;
pub(crate) mod admin_reviews;
pub(crate) mod analytics;
mod announce;
pub(crate) mod audiences;
pub(crate) mod card;
pub mod check_books;
pub mod close_due;
pub mod close_order;
pub(crate) mod comment_review;
pub mod complete_order;
pub mod create_order;
pub mod delete_order;
pub mod edit_order;
pub(crate) mod file_complaint;
pub(crate) mod get_me;
pub mod get_order;
pub(crate) mod hide_review;
pub(crate) mod leave_review;
pub mod list_orders;
pub(crate) mod list_reviews;
pub(crate) mod list_transactions;
mod names;
pub(crate) mod offers;
pub(crate) mod panel;
pub(crate) mod preferences;
pub mod recent;
pub(crate) mod recharge;
pub(crate) mod refund_take;
pub mod refunds;
pub(crate) mod relay;
pub(crate) mod remind;
pub(crate) mod remove_order;
pub(crate) mod resolve_complaint;
pub mod respond_order;
pub(crate) mod snapshot;
pub mod state;
pub mod take_order;
mod timeline;
pub(crate) mod top_up;
pub mod watch_orders;

use crate::domain::{OrderId, Refusal};
use crate::error::Result;
use crate::store::orders::{self, Stored};
use torg_platform::UserId;
use torg_platform::audit;
use torg_platform::db::{Locked, Tx};

/// Who does something, and in which request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// Who.
    pub user: UserId,
    /// Name of the request, for the audit trail.
    pub request_id: String,
}

/// The order, locked; 404 if there is none.
fn lock(tx: &mut Tx<'_>, id: &OrderId) -> Result<Locked<Stored>> {
    Ok(orders::lock(tx, id)?.ok_or(Refusal::OrderNotFound)?)
}

/// Writes into the audit trail what `by` did to the order.
fn record(
    tx: &mut Tx<'_>,
    by: &By,
    action: &'static str,
    id: &OrderId,
    details: &str,
) -> Result<()> {
    let (actor, subject) = (format!("user/{}", by.user), subject(id));
    let entry = audit::Entry {
        actor: &actor,
        action,
        subject: &subject,
        details,
        request_id: &by.request_id,
    };
    Ok(audit::record(tx, &entry)?)
}

/// Name of an order in the audit trail and the outbox.
fn subject(id: &OrderId) -> String {
    format!("order/{id}")
}
