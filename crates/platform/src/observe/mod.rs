//! What an operator can see: logs, metrics, health.

pub mod calls;
pub mod health;
pub mod log;
pub mod metrics;

pub use calls::CallMetrics;
pub use health::{Check, Health};
pub use log::{LogFormat, LogGuard};
pub use metrics::Metrics;
