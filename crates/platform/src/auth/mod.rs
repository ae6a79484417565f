//! Who is asking, and what they may do.

pub mod role;

pub use role::Role;
