//! The services market: a customer posts an urgent local job for free, up to three executors each
//! pay to see the contact, and silence gives everybody the money back.

pub mod config;
pub mod domain;
pub mod error;

pub use config::Config;
pub use error::Error;
