//! A server in the hand: answers in their order, and what was asked.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Request, StatusCode};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use torg_platform::Clock;
use torg_platform::config::Secret;
use torg_platform::observe::Metrics;
use torg_platform::outbound::configured::{Answer, Transport, TransportError};
use torg_telegram::api::{BotApi, Options};

/// Of a bot that does not exist.
pub(crate) const TOKEN: &str = "123456:AAHunter2-hunter2_hunter2";

pub(crate) type Scripted = Result<Answer, TransportError>;

/// Answers in their order; without one left, a connection is refused.
#[derive(Clone, Default)]
pub(crate) struct Script(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    answers: VecDeque<Scripted>,
    asked: Vec<(Request<Bytes>, Duration)>,
}

impl Script {
    pub(crate) fn new(answers: impl IntoIterator<Item = Scripted>) -> Self {
        let script = Self::default();
        script.0.lock().unwrap().answers.extend(answers);
        script
    }

    pub(crate) fn push(&self, answer: Scripted) {
        self.0.lock().unwrap().answers.push_back(answer);
    }

    /// The method of the last call, its parameters, and the time that it was given.
    pub(crate) fn last(&self) -> (String, String, Duration) {
        let state = self.0.lock().unwrap();
        let (request, within) = state.asked.last().unwrap();
        let path = request.uri().path();
        let method = path.strip_prefix(&format!("/bot{TOKEN}/")).unwrap();
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        (method.to_owned(), body, *within)
    }
}

impl Transport for Script {
    fn call(
        &self,
        request: Request<Bytes>,
        within: Duration,
    ) -> BoxFuture<'_, Result<Answer, TransportError>> {
        let mut state = self.0.lock().unwrap();
        state.asked.push((request, within));
        let answer = state.answers.pop_front();
        let answer = answer.unwrap_or_else(|| Err(TransportError::unsent("no connection")));
        Box::pin(std::future::ready(answer))
    }
}

pub(crate) fn answer(status: u16, body: &str) -> Scripted {
    let status = StatusCode::from_u16(status).unwrap();
    Ok((
        status,
        HeaderMap::new(),
        Bytes::copy_from_slice(body.as_bytes()),
    ))
}

/// `{"ok":true,"result":…}`
pub(crate) fn ok(result: &str) -> Scripted {
    answer(200, &format!(r#"{{"ok":true,"result":{result}}}"#))
}

/// `{"ok":false,…}`, as Telegram says it.
pub(crate) fn refusal(code: u16, description: &str) -> Scripted {
    let body = serde_json::json!({"ok": false, "error_code": code, "description": description});
    answer(code, &body.to_string())
}

pub(crate) fn api(script: &Script) -> BotApi {
    api_with(script, &Metrics::new(&Clock::Real).unwrap())
}

pub(crate) fn api_with(script: &Script, metrics: &Metrics) -> BotApi {
    let options = Options {
        base_url: "http://telegram.example/".to_owned(),
        token: Secret::new(TOKEN),
    };
    BotApi::new(&options, Arc::new(script.clone()), Clock::Real, metrics).unwrap()
}
