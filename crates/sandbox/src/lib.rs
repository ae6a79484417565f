//! The outside world in demo and tests. Production never links to it.

pub mod people;
