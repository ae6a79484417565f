//! Something to look at: money for everybody, open jobs, a shop with orders. Made through the API,
//! as people and the operator would, so that the demo can show nothing that Torg cannot do.

mod services;
mod shop;
mod staff;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Method, Request};
use serde_json::{Value, json};
use torg_platform::ids::random_token;
use torg_platform::rng::Rng;
use torg_platform::{Error, Result, Timestamp};
use torg_sandbox::people::{Person, demo_people};
use tower::ServiceExt as _;

/// Whoever has less than this is given [`GIFT`], both in rubles.
const ENOUGH: i64 = 100;
const GIFT: i64 = 500;
/// Longest answer that is read.
const ANSWER_MAX: usize = 1024 * 1024;

/// The API, called inside the process.
pub(super) struct Seed<'a> {
    pub(super) router: &'a Router,
    pub(super) bot_token: &'a str,
    /// What the operator's scripts show.
    pub(super) admin_secret: &'a str,
    pub(super) now: Timestamp,
    pub(super) rng: &'a Rng,
}

/// Whoever calls.
#[derive(Clone, Copy)]
pub(super) enum Who<'a> {
    Person(&'a Person),
    /// Whoever knows the operator's secret.
    Operator,
}

impl Seed<'_> {
    /// Fills up what is lacking; a demo that has everything is left alone.
    pub(super) async fn sow(&self) -> Result<()> {
        let people = demo_people();
        for person in &people {
            let who = Who::Person(person);
            let balance = self.call(who, Method::GET, "/api/balance", None).await?;
            if balance["balance"]
                .as_i64()
                .is_some_and(|rubles| rubles < ENOUGH)
            {
                self.recharge(person, GIFT).await?;
            }
        }
        services::sow(self, &people).await?;
        shop::sow(self, &people).await?;
        staff::sow(self, &people).await
    }

    async fn recharge(&self, person: &Person, rubles: i64) -> Result<()> {
        let (who, path) = (Who::Person(person), "/api/balance/recharge");
        let gift = json!({ "amount": rubles });
        self.call(who, Method::POST, path, Some(gift)).await?;
        Ok(())
    }

    /// What the API answers to a request of `who`, which must succeed.
    pub(super) async fn call(
        &self,
        who: Who<'_>,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value> {
        let (name, credential) = match who {
            Who::Person(person) => (
                "authorization",
                format!("tma {}", person.init_data(self.bot_token, self.now, None)),
            ),
            Who::Operator => ("x-admin-secret", self.admin_secret.to_owned()),
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(name, credential)
            .header("idempotency-key", random_token(self.rng, 20))
            .header("content-type", "application/json")
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
            .map_err(Error::internal)?;
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (status, body) = (response.status(), response.into_body());
        let bytes = to_bytes(body, ANSWER_MAX).await.map_err(Error::internal)?;
        if !status.is_success() {
            let text = String::from_utf8_lossy(&bytes);
            return Err(Error::internal(format!("{path} answered {status}: {text}")));
        }
        if bytes.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&bytes).map_err(Error::internal)
    }
}
