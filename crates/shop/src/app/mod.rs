//! What people can do, one use case per file. Each is a function of a unit of work: it locks what
//! it changes, asks the domain, writes, and tells the outbox.
//!
//! Everybody locks in this order, so that nobody waits for somebody who waits for him: the cart,
//! the order, its payment, its coupon, products by name, and people's accounts last.

pub mod accounts;
pub mod add_keys;
pub mod adjust_stock;
pub(crate) mod announce;
pub mod cancel_order;
pub mod check_books;
pub mod checkout;
pub(crate) mod confirm_cart;
pub mod create_order;
pub mod create_product;
mod deliver;
mod end_orders;
pub(crate) mod expire_orders;
pub mod export_products;
pub(crate) mod fake_payment;
pub(crate) mod fill_cart;
pub mod fulfil_order;
pub(crate) mod get_cart;
pub mod get_order;
pub mod get_product;
pub mod import_products;
pub(crate) mod list_coupons;
pub(crate) mod list_orders;
pub mod list_products;
pub mod pay_order;
pub mod product_view;
pub mod recent;
pub mod refund_order;
pub(crate) mod save_coupon;
pub mod settle_payment;
pub(crate) mod start_payment;
pub mod state;
pub(crate) mod stock;
pub mod update_product;

use crate::error::Result;
use torg_platform::audit;
use torg_platform::db::Tx;

/// Who does something, and in which request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// As the audit trail names him: `user/1`, `admin-secret`, `guest`, `provider/test`.
    pub who: String,
    /// Name of the request; empty for what the system does by itself.
    pub request_id: String,
}

impl By {
    /// The system itself, as `job`.
    pub fn job(job: &str) -> Self {
        Self {
            who: format!("job/{job}"),
            request_id: String::new(),
        }
    }
}

/// Writes into the audit trail what `by` did to `subject`.
fn record(
    tx: &mut Tx<'_>,
    by: &By,
    action: &'static str,
    subject: &str,
    details: &str,
) -> Result<()> {
    let entry = audit::Entry {
        actor: &by.who,
        action,
        subject,
        details,
        request_id: &by.request_id,
    };
    Ok(audit::record(tx, &entry)?)
}
