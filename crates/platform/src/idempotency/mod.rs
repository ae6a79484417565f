//! One intent, one effect: the answer to a keyed request is stored in the transaction of its
//! effect and given again, byte for byte, to whoever repeats the request with its key.
//!
//! The record is written last. Two twins in flight may therefore both do the work, but the
//! primary key lets only one of them commit; the other's unit is run again and then finds the
//! stored answer. Nothing is leased, so nothing is left behind by a crash.

mod store;

use crate::db::Tx;
use crate::http::IdempotencyKey;
use crate::planted::{self, Plant};
use crate::{Error, Kind, Result};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::fmt::Display;
use std::time::Duration;

/// How long an answer is kept. After that the key is a new request; ids derived from it in the
/// ledger stay unique for ever, so that even then nothing is paid twice.
pub const KEPT: Duration = Duration::from_hours(24);

/// A request that carries an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    scope: String,
    key: String,
    fingerprint: Vec<u8>,
}

impl Request {
    /// `scope` is the caller and the route, so that nobody meets another's key; `body` is
    /// everything that the effect depends on.
    ///
    /// # Errors
    /// When `body` cannot be written as JSON.
    pub fn new(
        scope: impl Into<String>,
        key: impl Into<String>,
        body: &impl Serialize,
    ) -> Result<Self> {
        // A map serialises in the order of its type's fields, so equal requests have equal
        // bytes whatever the order in which the client sent them.
        let canonical = serde_json::to_vec(body).map_err(Error::internal)?;
        let mut scope = scope.into();
        if planted::is(Plant::KeyWithoutScope) {
            scope.clear();
        }
        Ok(Self {
            scope,
            key: key.into(),
            fingerprint: Sha256::digest(&canonical).to_vec(),
        })
    }

    /// The request of `who` to `route` when it has a key; without one it happens each time.
    ///
    /// # Errors
    /// When `body` cannot be written as JSON.
    pub fn keyed(
        who: impl Display,
        route: &str,
        key: Option<&IdempotencyKey>,
        body: &impl Serialize,
    ) -> Result<Option<Self>> {
        key.map(|key| Self::new(format!("{who}:{route}"), key.as_str(), body))
            .transpose()
    }
}

/// The answer to a request, first or repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// JSON body.
    pub body: String,
    /// Whether it was stored before (`Idempotent-Replayed: true`).
    pub replayed: bool,
}

/// The stored answer to a request, if it was answered before.
///
/// # Errors
/// Code `idempotency_key_reuse` when the key was used for another request; the database's.
pub fn stored(tx: &mut Tx<'_>, request: Option<&Request>) -> Result<Option<Reply>> {
    let request = request.filter(|_| !planted::is(Plant::DedupRemoved));
    let Some(request) = request else {
        return Ok(None);
    };
    let stored = store::find(tx, &request.scope, &request.key)?;
    stored.map(|stored| stored.replay(request)).transpose()
}

/// Runs `f` once per key and answers `status` with what it returns; a repetition gets the
/// stored answer. Without a key `f` simply runs.
///
/// A refusal of `f` (unpaid, denied, missing, conflict, gone) undoes what `f` did, is stored
/// and repeated like a success: a retry can never change the outcome. Other errors store
/// nothing.
///
/// # Errors
/// Code `idempotency_key_reuse` when the key was used for another request, `in_progress` when
/// a twin keeps the database busy for too long, and what `f` returns when it is not a refusal.
pub fn run<T: Serialize>(
    tx: &mut Tx<'_>,
    request: Option<&Request>,
    status: u16,
    f: impl FnOnce(&mut Tx<'_>) -> Result<T>,
) -> Result<Reply> {
    let Some(request) = request else {
        return answer(status, &f(tx)?);
    };
    if let Some(reply) = stored(tx, Some(request))? {
        return Ok(reply);
    }
    let done = if planted::is(Plant::RefusalKeepsEffect) {
        f(tx)
    } else {
        tx.nested(f)
    };
    let reply = match done {
        Ok(value) => answer(status, &value)?,
        Err(refusal) if refusal.is_refusal() => Reply {
            status: refusal.kind().status().as_u16(),
            body: String::from_utf8_lossy(&crate::http::error::body(&refusal)).into_owned(),
            replayed: false,
        },
        Err(error) => return Err(error),
    };
    let Request {
        scope,
        key,
        fingerprint,
    } = request;
    let (status, now) = (i64::from(reply.status), tx.now());
    let written = store::insert(tx, scope, key, fingerprint, status, &reply.body, now)?;
    if written == 0 && !planted::is(Plant::DedupRemoved) {
        // A twin was faster; once more from the start, where its answer will be found.
        tx.outdated();
    }
    Ok(reply)
}

impl axum::response::IntoResponse for Reply {
    fn into_response(self) -> axum::response::Response {
        use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
        let mut response = axum::response::Response::new(self.body.into());
        *response.status_mut() =
            http::StatusCode::from_u16(self.status).unwrap_or(http::StatusCode::OK);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.replayed {
            let name = HeaderName::from_static("idempotent-replayed");
            headers.insert(name, HeaderValue::from_static("true"));
        }
        response
    }
}

fn answer(status: u16, value: &impl Serialize) -> Result<Reply> {
    let body = serde_json::to_string(value).map_err(Error::internal)?;
    Ok(Reply {
        status,
        body,
        replayed: false,
    })
}

impl store::Stored {
    fn replay(self, request: &Request) -> Result<Reply> {
        if self.fingerprint != request.fingerprint {
            return Err(Error::new(
                Kind::Conflict,
                "idempotency_key_reuse",
                "Idempotency key conflict: it was used for a different request",
            ));
        }
        let status = u16::try_from(self.status).map_err(Error::internal)?;
        Ok(Reply {
            status,
            body: self.response,
            replayed: true,
        })
    }
}

/// Deletes answers older than [`KEPT`]; returns how many.
///
/// # Errors
/// The database's.
pub fn forget_old(tx: &mut Tx<'_>) -> Result<u64> {
    let before = tx.now().minus(KEPT);
    Ok(store::delete_before(tx, before)?)
}
