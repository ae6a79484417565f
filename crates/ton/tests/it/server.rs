//! A server in the hand: answers in their order, and what was asked.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use serde_json::Value;
use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use torg_platform::config::Secret;
use torg_platform::observe::Metrics;
use torg_platform::outbound::configured::{Answer, Transport, TransportError};
use torg_platform::rng::Rng;
use torg_platform::{Clock, Timestamp};
use torg_ton::Network;
use torg_ton::api::{Options, TonApi};

pub(crate) const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

type Scripted = Result<Answer, TransportError>;

/// Answers in their order; without one left, a connection is refused.
#[derive(Clone)]
pub(crate) struct Script(Arc<Mutex<State>>);

struct State {
    answers: VecDeque<Scripted>,
    asked: Vec<Request<Bytes>>,
}

impl Script {
    pub(crate) fn new(answers: Vec<Scripted>) -> Self {
        Self(Arc::new(Mutex::new(State {
            answers: answers.into(),
            asked: Vec::new(),
        })))
    }

    pub(crate) fn push(&self, answer: Scripted) {
        self.0.lock().unwrap().answers.push_back(answer);
    }

    pub(crate) fn calls(&self) -> usize {
        self.0.lock().unwrap().asked.len()
    }

    /// Path and query of a call, and its body.
    pub(crate) fn asked(&self, place: usize) -> (String, String) {
        let state = self.0.lock().unwrap();
        let request = &state.asked[place];
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        (request.uri().to_string(), body)
    }

    pub(crate) fn header(&self, place: usize, name: &str) -> Option<HeaderValue> {
        let state = self.0.lock().unwrap();
        state.asked[place].headers().get(name).cloned()
    }
}

impl Transport for Script {
    fn call(
        &self,
        request: Request<Bytes>,
        _within: Duration,
    ) -> BoxFuture<'_, Result<Answer, TransportError>> {
        let mut state = self.0.lock().unwrap();
        state.asked.push(request);
        let answer = state.answers.pop_front();
        let answer = answer.unwrap_or_else(|| Err(TransportError::unsent("no connection")));
        Box::pin(std::future::ready(answer))
    }
}

pub(crate) fn answer(status: u16, body: &str) -> Scripted {
    let status = StatusCode::from_u16(status).unwrap();
    let body = Bytes::copy_from_slice(body.as_bytes());
    Ok((status, HeaderMap::new(), body))
}

pub(crate) fn json_answer(body: &Value) -> Scripted {
    answer(200, &body.to_string())
}

/// `{"ok":true,"result":…}`
pub(crate) fn v2(result: &Value) -> Scripted {
    json_answer(&serde_json::json!({"ok": true, "result": result}))
}

pub(crate) fn limited(after: &'static str) -> Scripted {
    let mut answer = answer(429, r#"{"ok":false,"result":"Ratelimit exceed"}"#).unwrap();
    answer
        .1
        .insert("retry-after", HeaderValue::from_static(after));
    Ok(answer)
}

/// A client whose clock stands until [`turn`] moves it.
pub(crate) fn api_at(script: &Script, clock: &Clock, metrics: &Metrics, per_second: u32) -> TonApi {
    let options = Options {
        base_url: "http://chain.example/".to_owned(),
        api_key: Secret::new("a-key"),
        network: Network::Mainnet,
        requests_per_second: Some(per_second),
    };
    let transport = Arc::new(script.clone());
    TonApi::new(
        &options,
        transport,
        clock.clone(),
        Rng::from_seed(1),
        metrics,
    )
    .unwrap()
}

/// A client that never waits for long: its clock is the real one.
pub(crate) fn api(script: &Script) -> TonApi {
    let metrics = Metrics::new(&Clock::Real).unwrap();
    api_at(script, &Clock::Real, &metrics, 1_000_000)
}

/// Runs `call` and lets the clock jump whenever it waits.
pub(crate) async fn turn<T>(clock: &Clock, call: impl Future<Output = T>) -> T {
    tokio::pin!(call);
    loop {
        tokio::select! {
            biased;
            result = &mut call => return result,
            () = std::future::ready(()) => { clock.advance(Duration::from_millis(10)); }
        }
    }
}
