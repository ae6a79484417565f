//! Makes the deliveries.

use super::{SINK, disable, queue, store, topics};
use crate::clock::{Clock, Timestamp};
use crate::config::Secret;
use crate::db::{Db, Result as DbResult, Tx};
use crate::error::{Error, Result};
use crate::outbound::{Answer, Outbound};
use crate::outbox::{Delivery, Failure, Sink};
use crate::signature;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use http::{HeaderName, Method, StatusCode};
use serde::Serialize;
use serde_json::value::RawValue;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// A receiver may ask for this much patience.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(1);
/// What has happened.
const EVENT: HeaderName = HeaderName::from_static("x-torg-event");
/// The receiver's key against duplicates.
const DELIVERY: HeaderName = HeaderName::from_static("x-torg-delivery");
const SIGNATURE: HeaderName = HeaderName::from_static(signature::HEADER);

/// What an endpoint receives.
#[derive(Serialize)]
struct Body<'a> {
    id: i64,
    #[serde(rename = "type")]
    topic: &'a str,
    created_at: Timestamp,
    aggregate: &'a str,
    data: &'a RawValue,
}

/// Posts events to the endpoints.
#[derive(Debug)]
pub struct WebhookSink {
    db: Db,
    clock: Clock,
    outbound: Outbound,
}

impl WebhookSink {
    pub(super) fn new(db: Db, outbound: Outbound) -> Self {
        Self {
            clock: db.clock().clone(),
            db,
            outbound,
        }
    }
}

impl Sink for WebhookSink {
    fn name(&self) -> &'static str {
        SINK
    }

    /// Who wants what is in the database.
    fn wants(&self, _topic: &str) -> bool {
        true
    }

    fn queues(&self, tx: &mut Tx<'_>, topic: &str) -> DbResult<Vec<String>> {
        let active = store::active(tx)?;
        let wanting = active
            .iter()
            .filter(|(_, list)| topics::contain(list, topic));
        Ok(wanting.map(|(id, _)| queue(id)).collect())
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.post(delivery))
    }
}

impl WebhookSink {
    async fn post(&self, delivery: &Delivery) -> Result<(), Failure> {
        let id = delivery.target.clone();
        let read = move |tx: &mut Tx<'_>| Ok::<_, Error>(store::address(tx, &id)?);
        let address = match self.db.read("platform.find_webhook", read).await {
            Ok(Some(address)) => address,
            // Deleted while this was on its way: there is nobody to tell.
            Ok(None) => return Ok(()),
            Err(_away) => return Err(Failure::temporary("the endpoint could not be looked up")),
        };
        if !address.is_active {
            return Err(Failure::permanent("the endpoint is switched off"));
        }
        let target = self.outbound.target(&address.url, "url");
        let target = target.map_err(|_wrong| Failure::temporary("the address is not allowed"))?;
        let body = body(delivery)?;
        let secret = Secret::new(address.secret);
        let headers = headers(delivery, &secret, self.clock.now(), &body)
            .map_err(|_wrong| Failure::permanent("the delivery cannot be signed"))?;
        let sent = self.outbound.send(Method::POST, &target, headers, body);
        match sent.await {
            Ok(answer) if answer.status.is_success() => Ok(()),
            Ok(answer) if answer.status == StatusCode::GONE => {
                self.gone(delivery.target.clone(), address.url).await
            }
            Ok(answer) => Err(refused(&answer, self.clock.now())),
            Err(unsent) => Err(Failure::temporary(unsent.to_string())),
        }
    }

    /// An endpoint that says that it is gone is not asked again.
    async fn gone(&self, id: String, url: String) -> Result<(), Failure> {
        let reason = "it has answered 410 Gone";
        let write = move |tx: &mut Tx<'_>| disable(tx, &id, &url, reason);
        match self.db.write("platform.disable_webhook", write).await {
            Ok(()) => Err(Failure::permanent("answered 410")),
            Err(_away) => Err(Failure::temporary("answered 410")),
        }
    }
}

fn body(delivery: &Delivery) -> Result<Bytes, Failure> {
    let not_json = |_error| Failure::permanent("the payload is not JSON");
    let data: &RawValue = serde_json::from_str(&delivery.payload).map_err(not_json)?;
    let body = Body {
        id: delivery.id,
        topic: &delivery.topic,
        created_at: delivery.created_at,
        aggregate: &delivery.aggregate,
        data,
    };
    Ok(serde_json::to_vec(&body).map_err(not_json)?.into())
}

/// Signed anew for each attempt: receivers refuse what was signed some minutes ago.
fn headers(delivery: &Delivery, secret: &Secret, now: Timestamp, body: &[u8]) -> Result<HeaderMap> {
    let value = |text: String| HeaderValue::try_from(text).map_err(Error::internal);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(SIGNATURE, value(signature::sign(secret, now, body)?)?);
    headers.insert(EVENT, value(delivery.topic.clone())?);
    headers.insert(DELIVERY, HeaderValue::from(delivery.id));
    Ok(headers)
}

/// Keeps the status and nothing else of what a stranger's server has said.
fn refused(answer: &Answer, now: Timestamp) -> Failure {
    let asks = [
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    let wish = asks
        .contains(&answer.status)
        .then(|| retry_after(&answer.headers, now))
        .flatten();
    Failure {
        retry_after: wish,
        ..Failure::temporary(format!("answered {}", answer.status.as_u16()))
    }
}

/// `Retry-After` in either of its forms, an hour at most.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wish = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_not_a_number) => {
            let date = OffsetDateTime::parse(text, &Rfc2822).ok()?;
            Timestamp::from_seconds(date.unix_timestamp()).since(now)
        }
    };
    Some(wish.min(RETRY_AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_asked_for_in_seconds_or_until_a_date_and_has_an_end() {
        let now = Timestamp::parse_rfc3339("2015-10-21T07:27:00Z").unwrap();
        let asked = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::try_from(text).unwrap());
            retry_after(&headers, now).map(|wish| wish.as_secs())
        };
        assert_eq!(asked("120"), Some(120));
        assert_eq!(asked("Wed, 21 Oct 2015 07:28:00 GMT"), Some(60));
        assert_eq!(asked("Wed, 21 Oct 2015 07:26:00 GMT"), Some(0));
        assert_eq!(asked("99999999"), Some(3600));
        assert_eq!(asked("18446744073709551615"), Some(3600));
        for nonsense in ["", "-1", "soon", "1.5", "99999999999999999999999"] {
            assert_eq!(asked(nonsense), None, "{nonsense}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
