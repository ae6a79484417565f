//! What customers do in the chat: post an order, answer, complete, close, review.

pub(super) mod acts;
pub(super) mod draft;
mod review;
pub(super) mod view;
