//! `/payments/callback` and `/_fake_payments`: the test provider, which moves no money, as the
//! company behind it is talked to and talks back.

use crate::app::fake_payment::{FakePayment, FakeStatus, take_fake_payment};
use crate::app::settle_payment::PURPOSE;
use crate::app::state::{FakeCompany, Shop};
use crate::domain::{OrderId, Refusal};
use crate::error::Error as ShopError;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use torg_platform::db::Tx;
use torg_platform::http::extract::parse_json;
use torg_platform::http::{Api, Json, Policy, RawBody, operations};
use torg_platform::money::DecimalRub;
use torg_platform::payments::{self, Notice, Outcome, Receipt, TestProvider};
use torg_platform::{Error, Result, ids, signature};
use utoipa::ToSchema;

/// The routes.
pub(crate) fn api() -> Api<Shop> {
    Api::new()
        .routes(Policy::Signed, operations!(callback))
        .routes(Policy::Public, operations!(begin))
}

fn company(shop: &Shop) -> Result<Arc<FakeCompany>> {
    let off = || ShopError::from(Refusal::TestPaymentsOff);
    Ok(shop.fake.clone().ok_or_else(off)?)
}

/// What the company reports.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CallbackBody {
    /// The company's name for the payment.
    #[schema(min_length = 1, max_length = 255)]
    payment_id: String,
    /// What was paid.
    order_id: OrderId,
    /// What became of it.
    status: FakeStatus,
    /// How much, if it says so; another sum than the order's is for the operator to look at.
    amount: Option<DecimalRub>,
}

/// What we answer it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallbackAnswer {
    /// Always `ok`: it need not say so again.
    status: &'static str,
    /// What came of it, for people.
    message: &'static str,
}

/// The test provider reports what became of a payment
///
/// `X-Signature` is the hexadecimal HMAC-SHA256 of the raw body.
#[utoipa::path(post, path = "/payments/callback", tag = "payments",
    operation_id = "payment_callback", request_body = CallbackBody,
    params(("X-Signature" = String, Header, description = "Hexadecimal HMAC-SHA256 of the body")),
    responses((status = 200, body = CallbackAnswer),
        (status = 202, description = "Kept until the order is known", body = CallbackAnswer),
        (status = 401, description = "The signature is not of this body"),
        (status = 403, description = "Test payments are switched off")))]
pub(crate) async fn callback(
    State(shop): State<Shop>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Response> {
    let company = company(&shop)?;
    let claimed = headers
        .get(signature::HEADER)
        .map(http::HeaderValue::as_bytes);
    signature::verify_hex(&company.secret, &body, claimed)?;
    let said: CallbackBody = parse_json(&body)?;
    let notice = Notice {
        provider: TestProvider::NAME.to_owned(),
        event_id: format!("callback:{}:{}", said.payment_id, said.status.as_str()),
        charge_id: said.payment_id.clone(),
        payment: Some(said.payment_id),
        subject: Some((PURPOSE.to_owned(), said.order_id.to_string())),
        outcome: match said.status {
            FakeStatus::Success => Outcome::Paid,
            FakeStatus::Failed => Outcome::Failed,
        },
        amount_minor: said.amount.map(|amount| amount.0.minor()),
        currency: None,
    };
    let raw = String::from_utf8(body.to_vec())
        .map_err(|_wrong| Error::field("body", "is not valid UTF-8"))?;
    let payees = shop.payees.clone();
    let write = move |tx: &mut Tx<'_>| payments::receive(tx, &payees, &notice, &raw);
    shop.prepare().await?;
    let receipt = shop.ctx.db.write("shop.payment_callback", write).await?;
    let (status, message) = match receipt {
        Receipt::Applied => (StatusCode::OK, "applied"),
        Receipt::Seen => (StatusCode::OK, "seen before, or overtaken: nothing changed"),
        Receipt::Flagged(_) => (
            StatusCode::OK,
            "does not fit the order: the operator will look",
        ),
        Receipt::Kept => (StatusCode::ACCEPTED, "no such order yet: kept"),
    };
    let answer = CallbackAnswer {
        status: "ok",
        message,
    };
    Ok((status, Json(answer)).into_response())
}

/// A payment to begin at the company.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct BeginBody {
    /// What is paid.
    order_id: OrderId,
    /// How much.
    amount: DecimalRub,
    /// Our own name for the payment, when we have one.
    #[schema(min_length = 1, max_length = 200)]
    payment_id: Option<String>,
}

/// A payment that the company has begun.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BegunView {
    /// The company's name for it.
    payment_id: String,
    /// Always `pending`: it calls back when it has made up its mind.
    status: &'static str,
}

/// Begins a payment at the company behind the test provider
///
/// It calls `/payments/callback` after a moment.
#[utoipa::path(post, path = "/_fake_payments", tag = "payments", operation_id = "begin_fake_payment",
    request_body = BeginBody,
    responses((status = 200, body = BegunView),
        (status = 403, description = "Test payments are switched off"),
        (status = 404, description = "No such order")))]
pub(crate) async fn begin(
    State(shop): State<Shop>,
    Json(body): Json<BeginBody>,
) -> Result<Json<BegunView>> {
    let company = company(&shop)?;
    if !body.amount.0.is_positive() {
        return Err(Error::field("amount", "must be above 0"));
    }
    let name = body.payment_id;
    if name
        .as_ref()
        .is_some_and(|id| id.is_empty() || id.len() > 200)
    {
        return Err(Error::field("payment_id", "must have 1 to 200 bytes"));
    }
    let payment = FakePayment {
        payment_id: name.unwrap_or_else(|| ids::uuid_v4(&shop.ctx.rng).to_string()),
        order_id: body.order_id,
        amount: body.amount,
        status: FakeStatus::draw(&company, &shop.ctx.rng),
    };
    let payment_id = payment.payment_id.clone();
    let write = move |tx: &mut Tx<'_>| take_fake_payment(tx, &company, &payment);
    shop.ctx.db.write("shop.begin_fake_payment", write).await?;
    Ok(Json(BegunView {
        payment_id,
        status: "pending",
    }))
}
