//! The Bot API and the phones over HTTP.
//!
//! Whoever reaches these routers can act as each of the people and needs no secret but a bot's
//! token: they are for demo and tests only.

mod body;
mod bot;
mod bots;
mod phone;

pub(super) use body::read_answer;

use super::LocalTelegram;
use axum::Router;
use axum::routing::{get, post};

impl LocalTelegram {
    /// The Bot API: `/bot<token>/<method>`, and `/file/bot<token>/<path>`.
    pub fn router(&self) -> Router {
        Router::new().fallback(bot::serve).with_state(self.clone())
    }

    /// The phones, below `/_sandbox/telegram`.
    pub fn phone_router(&self) -> Router {
        let place = |name: &str| format!("/_sandbox/telegram/{name}");
        Router::new()
            .route(&place("people"), get(phone::people))
            .route(&place("state"), get(phone::state))
            .route(&place("events"), get(phone::events))
            .route(&place("act"), post(phone::act))
            .route(&place("bots"), post(bots::make))
            .route(
                &place("faults"),
                get(phone::faults)
                    .post(phone::set_faults)
                    .delete(phone::clear_faults),
            )
            .route(&place("files/{id}"), get(phone::file))
            .with_state(self.clone())
    }
}
