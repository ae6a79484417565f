//! The bot: what people do in their chat with it, and what it answers.
//!
//! An update is handled in one unit of work: what it causes, what the bot says and the mark that
//! it was handled are committed together, so it has its effect once, whatever is repeated.

mod market;
mod talk;

pub use market::{Act, Market};
pub use talk::Talk;
