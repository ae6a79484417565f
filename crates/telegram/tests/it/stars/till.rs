//! Telegram's till: invoice links, refunds, and the list of what came and went.

use crate::api::server::{Scripted, TOKEN, ok, refusal};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::Request;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use torg_platform::Clock;
use torg_platform::config::Secret;
use torg_platform::observe::Metrics;
use torg_platform::outbound::configured::{Answer, Transport, TransportError};
use torg_telegram::api::{BotApi, Options};

#[derive(Clone, Default)]
pub(crate) struct Till(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Rows of `getStarTransactions`, the oldest first.
    list: Vec<Value>,
    /// What was asked for by `createInvoiceLink`.
    invoices: Vec<Value>,
    /// What was asked for by `refundStarPayment`.
    refunds: Vec<Value>,
    /// What the next call is answered, and whether it is done all the same.
    trouble: Option<(Scripted, bool)>,
}

impl Till {
    pub(crate) fn api(&self, clock: &Clock, metrics: &Metrics) -> BotApi {
        let options = Options {
            base_url: "http://telegram.example".to_owned(),
            token: Secret::new(TOKEN),
        };
        BotApi::new(&options, Arc::new(self.clone()), clock.clone(), metrics).unwrap()
    }

    fn state<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.0.lock().unwrap())
    }

    /// Somebody pays, and Telegram writes it down.
    pub(crate) fn pay(&self, payload: &str, charge: &str, user: i64, stars: i64) {
        self.row(json!({"id": charge, "amount": stars, "date": 1, "source": {
            "type": "user", "transaction_type": "invoice_payment", "invoice_payload": payload,
            "user": {"id": user, "is_bot": false, "first_name": "A"}}}));
    }

    /// Stars go back, and Telegram writes it down.
    pub(crate) fn back(&self, charge: &str, user: i64, stars: i64) {
        self.row(back(charge, user, stars));
    }

    pub(crate) fn row(&self, row: Value) {
        self.state(|state| state.list.push(row));
    }

    /// Forgets every row about a charge.
    pub(crate) fn forget(&self, charge: &str) {
        self.state(|state| state.list.retain(|row| row["id"] != charge));
    }

    /// The next call is answered so; `done`: after it had its effect.
    pub(crate) fn trouble(&self, answer: Scripted, done: bool) {
        self.state(|state| state.trouble = Some((answer, done)));
    }

    pub(crate) fn invoices(&self) -> Vec<Value> {
        self.state(|state| state.invoices.clone())
    }

    pub(crate) fn refunds(&self) -> Vec<Value> {
        self.state(|state| state.refunds.clone())
    }

    /// How often Stars of this charge went back.
    pub(crate) fn went_back(&self, charge: &str) -> usize {
        let is_back = |row: &&Value| row["id"] == charge && row.get("receiver").is_some();
        self.state(|state| state.list.iter().filter(is_back).count())
    }
}

fn back(charge: &str, user: i64, stars: i64) -> Value {
    json!({"id": charge, "amount": stars, "date": 2, "receiver": {
        "type": "user", "transaction_type": "invoice_payment",
        "user": {"id": user, "is_bot": false, "first_name": "A"}}})
}

impl State {
    fn answer(&mut self, method: &str, params: &Value) -> Scripted {
        match method {
            "createInvoiceLink" => {
                self.invoices.push(params.clone());
                ok(&format!(r#""https://t.me/${}""#, self.invoices.len()))
            }
            "refundStarPayment" => {
                self.refunds.push(params.clone());
                self.refund(params)
            }
            "getStarTransactions" => {
                let number = |name: &str| usize::try_from(params[name].as_u64().unwrap()).unwrap();
                let (offset, limit) = (number("offset"), number("limit"));
                let rows: Vec<_> = self.list.iter().skip(offset).take(limit).collect();
                ok(&json!({ "transactions": rows }).to_string())
            }
            other => refusal(404, &format!("no {other}")),
        }
    }

    fn refund(&mut self, params: &Value) -> Scripted {
        let charge = params["telegram_payment_charge_id"].as_str().unwrap();
        let user = params["user_id"].as_i64().unwrap();
        let of = |side: &str| {
            let same = |row: &&Value| row["id"] == charge && row[side]["user"]["id"] == user;
            self.list.iter().find(same).cloned()
        };
        if of("receiver").is_some() {
            return refusal(400, "Bad Request: CHARGE_ALREADY_REFUNDED");
        }
        let Some(paid) = of("source") else {
            return refusal(400, "Bad Request: CHARGE_NOT_FOUND");
        };
        let stars = paid["amount"].as_i64().unwrap();
        self.list.push(back(charge, user, stars));
        ok("true")
    }
}

impl Transport for Till {
    fn call(
        &self,
        request: Request<Bytes>,
        _within: Duration,
    ) -> BoxFuture<'_, Result<Answer, TransportError>> {
        let path = request.uri().path();
        let method = path.strip_prefix(&format!("/bot{TOKEN}/")).unwrap();
        let params: Value = serde_json::from_slice(request.body()).unwrap();
        let answer = self.state(|state| match state.trouble.take() {
            Some((answer, false)) => answer,
            Some((answer, true)) => {
                state.answer(method, &params).unwrap();
                answer
            }
            None => state.answer(method, &params),
        });
        Box::pin(std::future::ready(answer))
    }
}
