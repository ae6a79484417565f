//! The kernel of Torg: everything that the markets share and nothing that names one of them.
//!
//! A market plugs in through [`module::Module`]; a use case receives a [`ctx::Ctx`] and runs its
//! database work as a unit of work ([`db::Db::write`]). Money moves only through [`ledger`],
//! outside effects only through [`outbox`].

pub mod admin;
pub mod audit;
pub mod auth;
pub mod cache;
pub mod clock;
pub mod config;
pub mod csv;
pub mod ctx;
pub mod db;
pub mod error;
pub mod fold;
pub mod http;
pub mod idempotency;
pub mod ids;
pub mod jobs;
pub mod ledger;
pub mod limits;
pub mod live;
pub mod module;
pub mod money;
pub mod observe;
pub mod outbound;
pub mod outbox;
pub mod payments;
pub mod planted;
pub mod redis_client;
pub mod refusal;
pub mod resilience;
pub mod rng;
pub mod seal;
pub mod settings;
pub mod signature;
pub mod wallet;
pub mod webhooks;

pub use clock::{Clock, Timestamp};
pub use error::{Error, Kind, Result};
pub use fold::fold;
pub use ids::UserId;
pub use money::Money;

#[doc(hidden)]
pub use inventory;

/// The kernel's tables, in order. A file that was released is never edited; the next change is
/// the next file.
pub const MIGRATIONS: db::Migrations = migrations!(
    "platform":
    "0001_ledger",
    "0002_audit",
    "0003_idempotency",
    "0004_outbox",
    "0005_jobs",
    "0006_auth",
    "0007_webhooks",
    "0008_payments",
    "0009_wallet",
    "0010_asked",
    "0011_delivery_numbers",
    "0012_admin",
    "0013_sign_in_codes",
    "0014_settings",
    "0015_job_runs",
    "0016_turns",
);
