//! Whether the process and the parts it leans on are well.
//!
//! `/healthz` says that the process lives. `/health` says whether it should get requests: 503
//! when a required part is away, and from the first moment of a stop, so that a balancer turns
//! away before the listener closes. A part that only degrades (Redis) never turns it red.

use crate::error::{Error, Kind, Result};
use crate::http::{Api, Json, Path, Policy};
use axum::response::{IntoResponse, Response};
use futures_util::future::{BoxFuture, join_all};
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// A part that does not answer within this is not well.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a part says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// It works.
    Up,
    /// It is not used here; the text says what stands in for it.
    Off(&'static str),
}

type Ask = Arc<dyn Fn() -> BoxFuture<'static, Result<Check>> + Send + Sync>;

#[derive(Clone)]
struct Part {
    name: &'static str,
    required: bool,
    ask: Ask,
}

/// The parts to look at. Build it once, then clone it into the router.
#[derive(Clone)]
pub struct Health {
    parts: Vec<Part>,
    stopping: CancellationToken,
}

struct Finding {
    name: &'static str,
    required: bool,
    well: bool,
    body: Value,
}

impl Health {
    /// No parts yet; red as soon as `stopping` is cancelled.
    pub fn new(stopping: CancellationToken) -> Self {
        Self {
            parts: Vec::new(),
            stopping,
        }
    }

    /// Adds a part without which no request can be answered.
    #[must_use]
    pub fn required<F, W>(self, name: &'static str, ask: F) -> Self
    where
        F: Fn() -> W + Send + Sync + 'static,
        W: Future<Output = Result<Check>> + Send + 'static,
    {
        self.add(name, true, ask)
    }

    /// Adds a part that is missed, but can be done without.
    #[must_use]
    pub fn optional<F, W>(self, name: &'static str, ask: F) -> Self
    where
        F: Fn() -> W + Send + Sync + 'static,
        W: Future<Output = Result<Check>> + Send + 'static,
    {
        self.add(name, false, ask)
    }

    fn add<F, W>(mut self, name: &'static str, required: bool, ask: F) -> Self
    where
        F: Fn() -> W + Send + Sync + 'static,
        W: Future<Output = Result<Check>> + Send + 'static,
    {
        let ask: Ask = Arc::new(move || Box::pin(ask()));
        self.parts.push(Part {
            name,
            required,
            ask,
        });
        self
    }

    /// `/healthz`, `/health`, and `/health/{part}` (`/health/db` is `/health/database`).
    pub fn api(&self) -> Api {
        let (all, one) = (self.clone(), self.clone());
        let get = Method::GET;
        Api::new()
            .undocumented(Policy::Public, get.clone(), "/healthz", async || {
                Json(json!({"status": "ok"}))
            })
            .undocumented(Policy::Public, get.clone(), "/health", async move || {
                all.all().await
            })
            .undocumented(
                Policy::Public,
                get,
                "/health/{part}",
                async move |Path(name): Path<String>| one.one(&name).await,
            )
    }

    async fn all(&self) -> Response {
        let findings = join_all(self.parts.iter().map(look)).await;
        let stopping = self.stopping.is_cancelled();
        let lacking = findings.iter().any(|f| f.required && !f.well);
        let degraded = findings.iter().any(|f| !f.well);
        let (status, word) = match (stopping, lacking, degraded) {
            (true, _, _) => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
            (false, true, _) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            (false, false, true) => (StatusCode::OK, "degraded"),
            (false, false, false) => (StatusCode::OK, "ok"),
        };
        let checks: Map<String, Value> = findings
            .into_iter()
            .map(|f| (f.name.to_owned(), f.body))
            .collect();
        let body = json!({
            "status": word,
            "version": env!("CARGO_PKG_VERSION"),
            "checks": checks,
        });
        (status, Json(body)).into_response()
    }

    async fn one(&self, name: &str) -> Result<Response> {
        let name = if name == "db" { "database" } else { name };
        let Some(part) = self.parts.iter().find(|part| part.name == name) else {
            return Err(Error::new(
                Kind::Missing,
                "not_found",
                "There is no such check",
            ));
        };
        let finding = look(part).await;
        let status = if finding.well {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        };
        Ok((status, Json(finding.body)).into_response())
    }
}

impl std::fmt::Debug for Health {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.parts.iter().map(|part| part.name))
            .finish()
    }
}

async fn look(part: &Part) -> Finding {
    let started = Instant::now();
    let said = tokio::time::timeout(PATIENCE, (part.ask)()).await;
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (well, mut body) = match said {
        Ok(Ok(Check::Up)) => (true, json!({"status": "ok"})),
        Ok(Ok(Check::Off(instead))) => (true, json!({"status": "off", "note": instead})),
        Ok(Err(error)) => {
            // The cause is for the log: it may name hosts and users.
            tracing::warn!(check = part.name, %error, "health check failed");
            (false, json!({"status": "unavailable"}))
        }
        Err(_elapsed) => (false, json!({"status": "timeout"})),
    };
    if let Value::Object(body) = &mut body {
        body.insert("duration_ms".to_owned(), duration_ms.into());
    }
    Finding {
        name: part.name,
        required: part.required,
        well,
        body,
    }
}
