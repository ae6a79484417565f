//! Thousands of people with signed initData and money, and their orders.

use crate::load::{self, Sample};
use crate::server::{BOT_TOKEN, Server};
use std::sync::Arc;
use std::time::Duration;
use torg_platform::{Clock, UserId};
use torg_telegram::init_data::{SecretKey, User, sign};

/// Connections of every run, and of the references.
pub(crate) const CONNECTIONS: usize = 32;
/// Long enough for any step; runs end by count.
const LONG: Duration = Duration::from_secs(600);

/// Everybody, by number.
pub(crate) struct People {
    pub(crate) tokens: Vec<String>,
}

/// Telegram id of person `n`.
pub(crate) fn user_id(n: usize) -> i64 {
    1_000_000 + i64::try_from(n).unwrap_or(0)
}

impl People {
    pub(crate) fn new(count: usize) -> Self {
        let key = SecretKey::from_token(BOT_TOKEN);
        let now = Clock::Real.now();
        let tokens = (0..count)
            .map(|n| {
                let user = User::new(UserId(user_id(n)), format!("Person {n}"));
                sign(&user, now, &[], &key)
            })
            .collect();
        Self { tokens }
    }
}

/// A new order; half of them are plumbing in Moscow.
pub(crate) fn order_body(n: usize) -> String {
    let (category, city) = if n.is_multiple_of(2) {
        ("plumbing", "Москва")
    } else {
        ("electrical", "Казань")
    };
    serde_json::json!({
        "category": category,
        "city": city,
        "description": format!("Срочно нужен мастер, заявка номер {n}, подробности по телефону"),
        "contact": format!("+7900{n:07}"),
    })
    .to_string()
}

/// Sends all requests, once each.
pub(crate) async fn run(server: &Server, requests: Vec<Vec<u8>>) -> Sample {
    load::run(server.addr, CONNECTIONS, Arc::new(requests), LONG).await
}
