//! What happens without anybody asking.

pub mod expire_orders;
pub mod fake_payments;
pub mod start_payments;

pub use expire_orders::ExpireOrders;
pub use fake_payments::FakePayments;
pub use start_payments::StartPayments;
