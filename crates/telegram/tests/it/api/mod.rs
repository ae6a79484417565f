//! The client: what it sends, what it makes of answers, and what it never says.

mod calls;
mod errors;
mod requests;
mod server;
mod updates;
