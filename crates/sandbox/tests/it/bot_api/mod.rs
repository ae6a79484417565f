//! The client of the Bot API over a real socket, against the local Telegram: every method, and
//! every way in which a call can fail.

mod failures;
mod methods;

use serde_json::Value;
use std::sync::Arc;
use torg_platform::Clock;
use torg_platform::config::Secret;
use torg_platform::observe::Metrics;
use torg_platform::outbound::configured::HttpTransport;
use torg_platform::rng::Rng;
use torg_sandbox::telegram::{Act, LocalTelegram, NewBot, Options};
use torg_telegram::api::{self, BotApi};

const TOKEN: &str = "100:hunter2_hunter2";
const BOT: i64 = 100;
const ANNA: i64 = 1001;

struct World {
    telegram: LocalTelegram,
    api: BotApi,
    address: String,
}

impl World {
    async fn start() -> Self {
        let options = Options::new(Clock::Real, Rng::from_seed(1));
        let options = options.with_bot(NewBot::new(TOKEN, "torg_bot", "Torg"));
        let telegram = LocalTelegram::open(options).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = telegram.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let api = client(&address, TOKEN);
        Self {
            telegram,
            api,
            address,
        }
    }

    /// Anna has started the bot; the updates of that are forgotten.
    async fn started() -> Self {
        let world = Self::start().await;
        world.telegram.start_bot(ANNA, BOT, None).await.unwrap();
        world.forget_updates().await;
        world
    }

    async fn forget_updates(&self) {
        let none = std::time::Duration::ZERO;
        let updates = self.api.get_updates(None, none, &[]).await.unwrap();
        if let Some(last) = updates.0.last() {
            let next = Some(last.update_id.saturating_add(1));
            self.api.get_updates(next, none, &[]).await.unwrap();
        }
    }

    async fn act(&self, act: Act) -> Value {
        self.telegram.act(ANNA, act).await.unwrap()
    }

    /// A channel of Anna's in which the bot may do everything; its id.
    async fn channel(&self) -> i64 {
        let made = self
            .act(Act::CreateChannel {
                title: "News".to_owned(),
                username: Some("torg_news".to_owned()),
            })
            .await;
        let chat = made["id"].as_i64().or(made["chat"]["id"].as_i64());
        let chat = chat.or(made["chat"].as_i64()).unwrap();
        let rights = serde_json::json!({"can_post_messages": true, "can_edit_messages": true,
            "can_delete_messages": true, "can_pin_messages": true, "can_manage_chat": true});
        self.act(Act::SetAdmin {
            chat,
            user: BOT,
            rights: rights.as_object().cloned(),
        })
        .await;
        chat
    }
}

fn client(address: &str, token: &str) -> BotApi {
    let options = api::Options {
        base_url: address.to_owned(),
        token: Secret::new(token),
    };
    let metrics = Metrics::new(&Clock::Real).unwrap();
    let transport = Arc::new(HttpTransport::new().unwrap());
    BotApi::new(&options, transport, Clock::Real, &metrics).unwrap()
}
