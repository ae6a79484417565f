//! Delivery to webhooks.
//!
//! As the open server does it (`WebhookActor.cpp`): updates of one chat come one after another,
//! chats side by side up to `max_connections`; any 2xx is success; a failed update is tried again
//! at once, then after 2, 4, 8… seconds, at last every 60 to 120; a `Retry-After` up to an hour is
//! obeyed; a method in the answer's body is called.

use super::LocalTelegram;
use super::http::read_answer;
use super::methods;
use super::params::Params;
use super::world::{Update, Webhook};
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, Request, StatusCode};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use torg_platform::Timestamp;

/// A webhook has so long to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// A failed update is tried again at least this often…
const SLOWEST: u64 = 60;
/// …and an answer's `Retry-After` counts up to this.
const LONGEST_WISH: u64 = 3_600;
/// Bytes of an answer that are read.
const ANSWER: usize = 1024 * 1024;

/// What came back: the status, the headers and the body, or why nothing did.
pub type Delivered = Result<(StatusCode, HeaderMap, Bytes), String>;

/// Brings an update to a webhook: over the network, or to a router in the same process.
pub trait Deliver: Send + Sync + fmt::Debug {
    /// Sends the request and waits for the whole answer.
    fn deliver(&self, request: Request<Bytes>) -> BoxFuture<'static, Delivered>;
}

/// Over HTTP. A webhook stands beside the local Telegram: there is no TLS.
#[derive(Debug)]
pub struct HttpDeliver(Client<HttpConnector, Full<Bytes>>);

impl Default for HttpDeliver {
    fn default() -> Self {
        Self(Client::builder(TokioExecutor::new()).build_http())
    }
}

impl Deliver for HttpDeliver {
    fn deliver(&self, request: Request<Bytes>) -> BoxFuture<'static, Delivered> {
        let client = self.0.clone();
        Box::pin(async move {
            let answer = client.request(request.map(Full::new)).await;
            let answer = answer.map_err(|error| match error.is_connect() {
                true => "Connection refused".to_owned(),
                false => format!("Connection closed: {error}"),
            })?;
            let (head, body) = answer.into_parts();
            let body = axum::body::to_bytes(Body::new(body), ANSWER).await;
            let body = body.map_err(|error| format!("Read timeout expired: {error}"))?;
            Ok((head.status, head.headers, body))
        })
    }
}

impl Deliver for axum::Router {
    fn deliver(&self, request: Request<Bytes>) -> BoxFuture<'static, Delivered> {
        use tower::ServiceExt as _;
        let router = self.clone();
        Box::pin(async move {
            let answer = router.oneshot(request.map(Body::from)).await;
            let (head, body) = match answer {
                Ok(answer) => answer.into_parts(),
                Err(never) => match never {},
            };
            let body = body.collect().await.map_err(|error| error.to_string())?;
            Ok((head.status, head.headers, body.to_bytes()))
        })
    }
}

/// The queue of one chat of one bot.
type Queue = (i64, i64);

/// How a queue is doing.
#[derive(Debug, Default, Clone, Copy)]
struct Failing {
    /// The update that failed.
    update: i64,
    times: u32,
    delay: u64,
    again: Timestamp,
}

#[derive(Debug, Default)]
struct Courier {
    away: BTreeSet<Queue>,
    failing: BTreeMap<Queue, Failing>,
}

/// What came of one try.
struct Outcome {
    queue: Queue,
    update: i64,
    url: String,
    delivered: Delivered,
    /// What a successful answer asks for.
    call: Option<(String, Params)>,
}

impl LocalTelegram {
    /// Delivers to webhooks until `stop`.
    pub async fn run(self, deliver: Arc<dyn Deliver>, stop: CancellationToken) {
        let mut courier = Courier::default();
        let mut tries: JoinSet<Outcome> = JoinSet::new();
        let mut changed = self.changes();
        loop {
            changed.mark_unchanged();
            for (queue, update, webhook, twice) in self.ready(&mut courier) {
                courier.away.insert(queue);
                let deliver = Arc::clone(&deliver);
                tries.spawn(send(deliver, queue, update, webhook, twice));
            }
            let due = self.next_try(&courier);
            let wait = async {
                match due {
                    Some(due) => self.clock().sleep_until(due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                _ = changed.changed() => {}
                () = wait => {}
                Some(outcome) = tries.join_next(), if !tries.is_empty() => {
                    if let Ok(outcome) = outcome {
                        self.settle(&mut courier, outcome);
                    }
                }
            }
        }
    }

    /// The updates that can go now: the first of each queue that is idle and not waiting.
    fn ready(&self, courier: &mut Courier) -> Vec<(Queue, Update, Webhook, bool)> {
        self.change(|world| {
            let now = world.now();
            let bots: Vec<(i64, Webhook)> = world
                .bots
                .values()
                .filter_map(|bot| Some((bot.id, bot.webhook.clone()?)))
                .collect();
            let mut ready = Vec::new();
            for (bot, webhook) in bots {
                let away = courier.away.iter().filter(|queue| queue.0 == bot).count();
                let most = usize::try_from(webhook.max_connections).unwrap_or(1);
                let mut seen = BTreeSet::new();
                let mut free = most.saturating_sub(away);
                let mut found = Vec::new();
                for update in world.waiting(bot).filter(|update| update.not_before <= now) {
                    let queue = (bot, update.queue);
                    let busy = !seen.insert(queue) || courier.away.contains(&queue);
                    let failing = courier.failing.get(&queue);
                    let waits = failing.is_some_and(|f| f.update == update.id && f.again > now);
                    if busy || waits {
                        continue;
                    }
                    if free == 0 {
                        break;
                    }
                    free = free.saturating_sub(1);
                    found.push((queue, update.clone()));
                }
                for (queue, update) in found {
                    let bodies = world.handed_out(bot, std::slice::from_ref(&update));
                    let twice = bodies.as_array().is_some_and(|bodies| bodies.len() > 1);
                    ready.push((queue, update, webhook.clone(), twice));
                }
            }
            ready
        })
    }

    /// When the next thing that waits may be tried.
    fn next_try(&self, courier: &Courier) -> Option<Timestamp> {
        let again = courier
            .failing
            .iter()
            .filter(|(queue, _)| !courier.away.contains(queue));
        let again = again.map(|(_, failing)| failing.again);
        let held = self.look(|world| {
            let hooked = world.bots.values().filter(|bot| bot.webhook.is_some());
            hooked.filter_map(|bot| world.next_due(bot.id)).min()
        });
        let now = self.look(super::world::World::now);
        again.chain(held).filter(|at| *at > now).min()
    }

    fn settle(&self, courier: &mut Courier, outcome: Outcome) {
        let Outcome {
            queue,
            update,
            url,
            delivered,
            call,
        } = outcome;
        courier.away.remove(&queue);
        let bot = queue.0;
        let error = match delivered {
            Ok((status, ..)) if status.is_success() => {
                courier.failing.remove(&queue);
                self.change(|world| world.updates.take(&(bot, update)));
                if let Some((method, params)) = call {
                    self.obey_answer(bot, &method, &params);
                }
                return;
            }
            Ok((status, headers, _)) => {
                let reason = status.canonical_reason().unwrap_or_default();
                let text = format!(
                    "Wrong response from the webhook: {} {reason}",
                    status.as_u16()
                );
                (text, wish(&headers))
            }
            Err(text) => (text, 0),
        };
        let (text, wish) = error;
        self.change(|world| {
            let (date, now) = (world.date(), world.now());
            // What failed at another address says nothing of the present one.
            let hook = world.bots.edit(&bot).and_then(|bot| bot.webhook.as_mut());
            if let Some(hook) = hook.filter(|hook| hook.url == url) {
                hook.last_error = Some((date, text));
            }
            let failing = courier.failing.entry(queue).or_default();
            if failing.update != update {
                *failing = Failing {
                    update,
                    delay: 1,
                    ..Failing::default()
                };
            }
            let mut wait = wish;
            if wish == 0 && failing.times > 0 {
                let slowest = world.rng().next_u64().rem_euclid(SLOWEST.saturating_add(1));
                let slowest = SLOWEST.saturating_add(slowest);
                failing.delay = failing.delay.saturating_mul(2).min(slowest);
                wait = failing.delay;
            }
            failing.times = failing.times.saturating_add(1);
            failing.again = now.plus(Duration::from_secs(wait));
        });
    }

    /// A bot may answer an update with a call; nobody tells it what came of it.
    fn obey_answer(&self, bot: i64, method: &str, params: &Params) {
        if let Err(error) = self.method(bot, method, params) {
            tracing::debug!(?error, method, "a call in the answer of a webhook");
        }
    }
}

/// The call that an answer is, in any kind of body; some methods are not obeyed there.
async fn call_of(delivered: &Delivered) -> Option<(String, Params)> {
    const REFUSED: [&str; 4] = ["setwebhook", "deletewebhook", "close", "logout"];
    let (status, headers, body) = delivered.as_ref().ok()?;
    if !status.is_success() {
        return None;
    }
    let params = read_answer(headers, body.clone()).await.ok()?;
    let method = params.text("method")?.to_ascii_lowercase();
    let obeyed = methods::is_method(&method)
        && !method.starts_with("get")
        && !REFUSED.contains(&method.as_str());
    obeyed.then_some((method, params))
}

fn wish(headers: &HeaderMap) -> u64 {
    let wish = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    let wish: u64 = wish
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(0);
    wish.min(LONGEST_WISH)
}

async fn send(
    deliver: Arc<dyn Deliver>,
    queue: Queue,
    update: Update,
    webhook: Webhook,
    twice: bool,
) -> Outcome {
    let mut delivered = once(&*deliver, &update, &webhook).await;
    if twice {
        delivered = once(&*deliver, &update, &webhook).await;
    }
    let call = call_of(&delivered).await;
    Outcome {
        queue,
        update: update.id,
        url: webhook.url,
        delivered,
        call,
    }
}

async fn once(deliver: &dyn Deliver, update: &Update, webhook: &Webhook) -> Delivered {
    let mut request = Request::post(&webhook.url).header(CONTENT_TYPE, "application/json");
    if let Some(secret) = &webhook.secret_token {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let body = Bytes::from(update.body().to_string());
    let request = request.body(body).map_err(|error| error.to_string())?;
    match tokio::time::timeout(PATIENCE, deliver.deliver(request)).await {
        Ok(delivered) => delivered,
        Err(_late) => Err("Read timeout expired".to_owned()),
    }
}
