//! SQL of invoices for the balance.

use torg_platform::db::{Changed, Locked};
use torg_platform::money::{Money, Rub};
use torg_platform::{Timestamp, UserId};

torg_platform::row! {
    /// An invoice.
    #[derive(Debug, Clone)]
    pub(crate) struct PaymentRow {
        pub(crate) id: String,
        pub(crate) user_id: UserId,
        pub(crate) provider: String,
        pub(crate) amount_minor: Money<Rub>,
        pub(crate) status: String,
        pub(crate) charge_id: Option<String>,
        pub(crate) expires_at: Timestamp,
    }
}

torg_platform::sql! {
    pub(crate) fn insert_payment(
        id: &str, user: UserId, provider: &str, amount: Money<Rub>, at: Timestamp,
        expires: Timestamp,
    ) -> () =
        "INSERT INTO services_payments
           (id, user_id, provider, amount_minor, status, created_at, expires_at)
         VALUES ($1, $2, $3, $4, 'pending', $5, $6)";
    pub(crate) fn find_payment(id: &str) -> Option<PaymentRow> =
        "SELECT id, user_id, provider, amount_minor, status, charge_id, expires_at
         FROM services_payments WHERE id = $1";
    pub(crate) fn lock_payment(id: &str) -> Option<Locked<PaymentRow>> =
        "SELECT id, user_id, provider, amount_minor, status, charge_id, expires_at
         FROM services_payments WHERE id = $1 FOR UPDATE";
    pub(crate) fn mark_paid(id: &str, charge: &str, at: Timestamp) -> Changed =
        "UPDATE services_payments SET status = 'paid', charge_id = $2, paid_at = $3
         WHERE id = $1 AND status = 'pending'";
}
