//! The client: what it sends, what it makes of answers, and what it never says.

mod calls;
mod errors;
mod requests;
pub(crate) mod server;
mod updates;
