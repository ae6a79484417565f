//! `/api/orders/stream` (server-sent events) and `/api/orders/ws` (WebSocket): lists that move.
//!
//! Both send the same messages. A client that was away resumes after the last id that it saw:
//! browsers do it by themselves with `Last-Event-ID`, others with `last_event_id`. When what was
//! missed is no longer kept, the first message is `reset`: load the list again.

use crate::app::state::Services;
use crate::app::watch_orders::{Message, Topic, Watch};
use crate::domain::{Category, fold};
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{self, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::response::sse::{Event, Sse};
use futures_util::{Stream, stream};
use http::{HeaderMap, Method};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::convert::Infallible;
use torg_platform::auth::MaybeActor;
use torg_platform::http::{Api, Origin, Policy, Query};
use torg_platform::{Error, Kind, Result};

/// The routes.
pub(crate) fn api() -> Api<Services> {
    Api::new()
        .undocumented(Policy::Public, Method::GET, "/api/orders/stream", events)
        .undocumented(Policy::Public, Method::GET, "/api/orders/ws", socket)
}

/// Which orders, and after which message.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct LiveQuery {
    category: Option<String>,
    city: Option<String>,
    last_event_id: Option<i64>,
}

impl LiveQuery {
    fn topic(&self) -> Result<Topic> {
        let given = |text: &Option<String>| text.clone().filter(|t| !t.trim().is_empty());
        let category = given(&self.category).map(|c| Category::parse(&c));
        Ok(Topic {
            category: category.transpose().map_err(crate::Error::from)?,
            city_key: given(&self.city).map(|city| fold(&city)),
        })
    }
}

async fn open(
    services: &Services,
    actor: &MaybeActor,
    origin: &Origin,
    query: &LiveQuery,
    resume: Option<i64>,
) -> Result<Watch> {
    let who = origin.caller(actor.0.as_ref().map(|a| a.user));
    services
        .ctx
        .limits
        .check(&services.limits().list, &who)
        .await?;
    Watch::open(&services.ctx, query.topic()?, resume).await
}

/// Server-sent events.
async fn events(
    State(services): State<Services>,
    actor: MaybeActor,
    origin: Origin,
    Query(query): Query<LiveQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>> + Send>> {
    let resume = match headers.get("last-event-id") {
        None => query.last_event_id,
        Some(value) => Some(
            (value.to_str().ok())
                .and_then(|text| text.trim().parse().ok())
                .ok_or_else(|| Error::field("Last-Event-ID", "must be a number"))?,
        ),
    };
    let watch = open(&services, &actor, &origin, &query, resume).await?;
    Ok(Sse::new(stream::unfold(watch, async |mut watch| {
        let message = watch.next().await?;
        Some((Ok(event(&message)), watch))
    })))
}

fn event(message: &Message) -> Event {
    match message {
        Message::Order { id, event, order } => {
            Event::default().id(id.to_string()).event(event).data(order)
        }
        Message::Reset { id } => Event::default()
            .id(id.to_string())
            .event("reset")
            .data("{}"),
        // Without data nothing is dispatched, but the client notes how far it has come.
        Message::Quiet { id } => Event::default().id(id.to_string()).comment("quiet"),
    }
}

/// WebSocket.
async fn socket(
    State(services): State<Services>,
    actor: MaybeActor,
    origin: Origin,
    Query(query): Query<LiveQuery>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    let upgrade = upgrade.map_err(|rejection| {
        let text = "This address speaks WebSocket";
        Error::new(Kind::Invalid, "websocket_expected", text).with_source(rejection)
    })?;
    let watch = open(&services, &actor, &origin, &query, query.last_event_id).await?;
    // Clients have nothing to say here.
    let upgrade = upgrade.max_message_size(4096).max_frame_size(4096);
    Ok(upgrade.on_upgrade(move |socket| follow(socket, watch)))
}

async fn follow(mut socket: WebSocket, mut watch: Watch) {
    loop {
        let message = tokio::select! {
            message = watch.next() => message,
            heard = socket.recv() => match heard {
                Some(Ok(ws::Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => continue,
            },
        };
        let Some(message) = message else {
            // Best effort: the client may be gone.
            let _ = socket.send(ws::Message::Close(None)).await;
            return;
        };
        if socket.send(frame(&message)).await.is_err() {
            return;
        }
    }
}

#[derive(serde::Serialize)]
struct Frame<'a> {
    id: i64,
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<&'a RawValue>,
}

fn frame(message: &Message) -> ws::Message {
    let frame = match message {
        Message::Order { id, event, order } => Frame {
            id: *id,
            event,
            order: serde_json::from_str(order).ok(),
        },
        Message::Reset { id } => Frame {
            id: *id,
            event: "reset",
            order: None,
        },
        Message::Quiet { .. } => return ws::Message::Ping(bytes::Bytes::new()),
    };
    ws::Message::Text(serde_json::to_string(&frame).unwrap_or_default().into())
}
