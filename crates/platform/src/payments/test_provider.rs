//! The test provider, which moves no money: for demo, development and tests only.
//!
//! It plays a payment company whose pages this program serves itself: a payment is started by a
//! POST to `/_fake_payments`, and some time later a signed notice says what became of it.

use super::amount;
use super::http_client::HttpClient;
use super::notice::{Notice, Outcome};
use super::payment::{Checkout, Payment};
use super::provider::Provider;
use super::refund::Refund;
use crate::config::Secret;
use crate::http::extract::parse_json;
use crate::outbound::configured::Transport;
use crate::outbox::Failure;
use crate::{Error, Result};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use std::sync::Arc;

/// What it is told when nobody names a currency.
const CURRENCY: &str = "RUB";

/// Where its parts are.
#[derive(Debug, Clone, Default)]
pub struct TestProviderOptions {
    /// Where this program answers its own calls: `http://127.0.0.1:8080`.
    pub base_url: String,
    /// The program's address as people see it.
    pub public_url: String,
    /// Key of its notices.
    pub secret: Secret,
    /// Purposes whose payments are started at `/_fake_payments`; an `order_id` in a notice is a
    /// subject of the first of them.
    pub started: Vec<&'static str>,
    /// Purposes whose payments are paid on a page, and its path without the payment's id.
    pub pages: Vec<(&'static str, &'static str)>,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct TestProvider {
    options: TestProviderOptions,
    client: HttpClient,
}

impl TestProvider {
    /// Its [`Provider::name`].
    pub const NAME: &'static str = "test";

    /// A provider with these parts, which calls over `network`.
    pub fn new(options: TestProviderOptions, network: Arc<dyn Transport>) -> Self {
        Self {
            options,
            client: HttpClient::new(network),
        }
    }

    async fn begin(&self, payment: &Payment) -> Result<Option<Checkout>, Failure> {
        if !self.options.started.contains(&payment.purpose.as_str()) {
            return Ok(self.link(payment));
        }
        let exponent = amount::exponent(&payment.currency)
            .ok_or_else(|| Failure::permanent(format!("no currency {}", payment.currency)))?;
        let body = serde_json::json!({
            "order_id": payment.subject,
            "amount": amount::show(payment.amount_minor, exponent),
            "payment_id": payment.id,
        });
        let url = format!("{}/_fake_payments", self.options.base_url);
        self.client.post(&url, body.to_string(), &[]).await?;
        // Nothing for the payer to do: the company decides by itself.
        Ok(None)
    }
}

impl Provider for TestProvider {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn link(&self, payment: &Payment) -> Option<Checkout> {
        let mut pages = self.options.pages.iter();
        let (_, path) = pages.find(|(purpose, _)| *purpose == payment.purpose)?;
        Some(Checkout {
            pay_url: Some(format!("{}{path}{}", self.options.public_url, payment.id)),
            mini_app_invoice_url: None,
        })
    }

    fn start<'a>(
        &'a self,
        payment: &'a Payment,
    ) -> BoxFuture<'a, Result<Option<Checkout>, Failure>> {
        Box::pin(self.begin(payment))
    }

    fn refund<'a>(
        &'a self,
        _payment: &'a Payment,
        _refund: &'a Refund,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async { Ok(()) })
    }

    fn secret(&self) -> &Secret {
        &self.options.secret
    }

    fn read_notice(&self, body: &[u8]) -> Result<Notice> {
        // A derived reader would take the fields of a list in their order.
        if body.trim_ascii_start().first() == Some(&b'[') {
            return Err(Error::field("body", "must be an object, not a list"));
        }
        let body: Body = parse_json(body)?;
        let subject = (body.order_id.clone()).zip(self.options.started.first());
        if body.payment_id.is_none() && subject.is_none() {
            return Err(Error::field("payment_id", "is missing, and so is order_id"));
        }
        let currency = body.currency.as_deref().unwrap_or(CURRENCY);
        let amount_minor = match &body.amount {
            None => None,
            Some(said) => Some(said.minor(currency)?),
        };
        // A payment of this company has one charge.
        let charge = (body.charge_id)
            .or_else(|| body.payment_id.clone())
            .or(body.order_id);
        Ok(Notice {
            provider: Self::NAME.to_owned(),
            event_id: body.event_id,
            payment: body.payment_id,
            subject: subject.map(|(id, purpose)| ((*purpose).to_owned(), id)),
            outcome: match body.status {
                Status::Success => Outcome::Paid,
                Status::Failed => Outcome::Failed,
            },
            charge_id: charge.unwrap_or_default(),
            amount_minor,
            currency: body.currency,
        })
    }
}

/// The body of its notices.
#[derive(Deserialize)]
struct Body {
    event_id: String,
    payment_id: Option<String>,
    order_id: Option<String>,
    status: Status,
    charge_id: Option<String>,
    amount: Option<Said>,
    currency: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Success,
    Failed,
}

/// `"199.90"`, or a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Text(String),
    Number(serde_json::Number),
}

impl Said {
    fn minor(&self, currency: &str) -> Result<i64> {
        let exponent = amount::exponent(currency)
            .ok_or_else(|| Error::field("currency", "is not known here"))?;
        let read = match self {
            Self::Text(text) => amount::parse(text, exponent),
            Self::Number(number) => amount::parse(&number.to_string(), exponent),
        };
        read.ok_or_else(|| Error::field("amount", "must read like 199.90"))
    }
}
