//! What happens without anybody asking.

pub mod close_due;

pub use close_due::CloseDue;
