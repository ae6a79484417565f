//! The HTTP edge: the listening server, the one pass that every request takes, extractors whose
//! refusals have our shape, and the router that takes no route without a policy.
//!
//! From the outside in: [`serve::Server`] owns the connections and their timeouts,
//! [`layers::Edge`] owns request ids, logs, metrics, limits and headers, [`routes::Api`] owns
//! who may call what, [`extract`] owns the shape of input, [`error`] the shape of refusals.

pub mod client;
pub mod conditional;
mod connection;
pub mod cors;
pub mod docs;
pub mod error;
pub mod extract;
pub mod layers;
pub mod openapi;
pub mod page;
pub mod reason;
pub mod request;
pub mod routes;
pub mod serve;
pub mod table;

pub use client::{ClientIp, Peer, TrustedProxies};
pub use conditional::{IfMatch, etag};
pub use cors::Cors;
pub use error::ErrorBody;
pub use extract::{IdempotencyKey, Json, Path, Query, RawBody};

pub use layers::{EdgeOptions, edge};
pub use reason::{ReasonBody, reason};
pub use request::{Origin, RequestContext, RequestId};
pub use routes::{Api, Built, Guard, Policy, Route};
pub use serve::{Server, ServerOptions, Stopped};
pub use utoipa_axum::routes as operations;
