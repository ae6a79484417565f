//! What executors do in the chat: hear of orders, take them, complain.

pub(super) mod acts;
pub(super) mod view;
