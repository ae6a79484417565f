//! What executors do in the chat: hear of orders, take them, complain.

pub(super) mod acts;
mod complain;
mod subscription;
pub(super) mod view;
