//! `/api/balance`: what there is, where it came from, how more gets there.

use crate::app::state::Services;
use crate::app::top_up::PaymentStatus;
use crate::app::{accounts, get_me, list_transactions, recharge, top_up};
use crate::domain::{self, Refusal};
use crate::error::Error;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::Method;
use serde::{Deserialize, Serialize};
use torg_platform::auth::Actor;
use torg_platform::db::Tx;
use torg_platform::http::{
    Api, IdempotencyKey, Json, Origin, Path, Policy, Query, operations, page,
};
use torg_platform::money::{Money, Rub};
use torg_platform::payments::{self, Checkout, Payment, Provider};
use torg_platform::{Kind, Result, Timestamp, idempotency, ids};
use utoipa::{IntoParams, ToSchema};

/// The routes.
pub(crate) fn api() -> Api<Services> {
    Api::new()
        .routes(Policy::User, operations!(get_balance))
        .routes(Policy::User, operations!(transactions))
        .routes(Policy::User, operations!(recharge_balance))
        .routes(Policy::User, operations!(create_invoice))
        .routes(Policy::User, operations!(payment_status))
        .undocumented(Policy::Public, Method::POST, TEST_PAGE, pay_test_invoice)
}

/// Where invoices of the test provider are paid.
const TEST_PAGE: &str = "/_fake_payments/balance/{id}";

/// The caller's money.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BalanceView {
    /// Whole roubles, rounded down.
    balance: i64,
}

/// The caller's money.
#[utoipa::path(get, path = "/api/balance", tag = "balance", operation_id = "get_balance",
    responses((status = 200, body = BalanceView)))]
pub(crate) async fn get_balance(
    State(services): State<Services>,
    actor: Actor,
) -> Result<Json<BalanceView>> {
    let read = move |tx: &mut Tx<'_>| get_me::balance(tx, actor.user);
    let balance = services.ctx.db.read("services.get_balance", read).await?;
    Ok(Json(BalanceView {
        balance: balance.major_floor(),
    }))
}

/// Which part of the statement.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatementQuery {
    /// Lines of a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// One line of the statement.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransactionView {
    id: i64,
    /// `take`, `refund` or `recharge`.
    #[serde(rename = "type")]
    kind: String,
    /// Whole roubles; negative when the balance shrank.
    amount: i64,
    /// Whole roubles after this line.
    balance_after: i64,
    order_id: Option<String>,
    description: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A page of the statement, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatementPage {
    transactions: Vec<TransactionView>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The caller's statement.
#[utoipa::path(get, path = "/api/balance/transactions", tag = "balance",
    operation_id = "list_transactions", params(StatementQuery),
    responses((status = 200, body = StatementPage)))]
pub(crate) async fn transactions(
    State(services): State<Services>,
    actor: Actor,
    Query(query): Query<StatementQuery>,
) -> Result<Json<StatementPage>> {
    let limit = page::limit(query.limit, 50)?;
    let before = query
        .cursor
        .as_deref()
        .map(page::decode_cursor::<i64>)
        .transpose()?;
    let read = move |tx: &mut Tx<'_>| {
        list_transactions::list_transactions(tx, actor.user, before, limit.saturating_add(1))
    };
    let mut lines = services
        .ctx
        .db
        .read("services.list_transactions", read)
        .await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = lines.len() > wanted;
    lines.truncate(wanted);
    let last = lines.last().filter(|_| more).map(|line| line.seq);
    let next_cursor = last.map(|seq| page::encode_cursor(&seq)).transpose()?;
    let transactions = lines
        .into_iter()
        .map(|line| TransactionView {
            description: line.description(),
            id: line.id,
            amount: line.amount.major_floor(),
            balance_after: line.balance_after.major_floor(),
            kind: line.kind,
            order_id: line.order_id,
            created_at: line.created_at,
        })
        .collect();
    Ok(Json(StatementPage {
        transactions,
        next_cursor,
    }))
}

/// Money to put on the balance.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RechargeBody {
    /// Whole roubles.
    #[schema(minimum = 1, maximum = 100_000)]
    amount: i64,
    /// How it was paid; only written down.
    #[serde(default = "telegram_stars")]
    #[schema(default = "telegram_stars", max_length = 50)]
    method: String,
}

fn telegram_stars() -> String {
    "telegram_stars".to_owned()
}

/// What a recharge did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RechargeView {
    success: bool,
    /// Whole roubles.
    new_balance: i64,
    transaction_id: i64,
}

/// Puts money on the balance without a payment; demo and development only.
#[utoipa::path(post, path = "/api/balance/recharge", tag = "balance", operation_id = "recharge",
    request_body = RechargeBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeats are answered alike",
        min_length = 1, max_length = 255)),
    responses((status = 200, body = RechargeView), (status = 403, description = "Switched off"),
        (status = 503, description = "The market is paused"),
        (status = 409, description = "The key was used for another request")))]
pub(crate) async fn recharge_balance(
    State(services): State<Services>,
    actor: Actor,
    origin: Origin,
    key: Option<IdempotencyKey>,
    Json(body): Json<RechargeBody>,
) -> Result<Response> {
    if !services.config.dev_recharge {
        return Err(Error::from(Refusal::RechargeDisabled).into());
    }
    let amount = domain::recharge(body.amount)?;
    if body.method.chars().count() > 50 || body.method.contains(char::is_control) {
        return Err(torg_platform::Error::field(
            "method",
            "must have at most 50 characters",
        ));
    }
    let request =
        idempotency::Request::keyed(actor.user, "services.recharge", key.as_ref(), &body)?;
    // The name under which the ledger knows this intent; a key makes it the same for ever.
    let intent = match &key {
        Some(key) => format!("key:{}:{}", actor.user, key.as_str()),
        None => ids::random_token(&services.ctx.rng, 20),
    };
    let op = format!("services.recharge:{intent}");
    let (request_id, gate) = (origin.request_id, services.gate());
    let write = move |tx: &mut Tx<'_>| {
        idempotency::run(tx, request.as_ref(), 200, |tx| {
            gate.open(tx)?;
            let (method, from) = (&body.method, accounts::nowhere());
            let done = recharge::recharge(tx, actor.user, amount, &op, method, &from, &request_id)?;
            Ok(RechargeView {
                success: true,
                new_balance: done.new_balance.major_floor(),
                transaction_id: done.transaction_id,
            })
        })
    };
    services.prepare().await?;
    let reply = services.ctx.db.write("services.recharge", write).await?;
    if reply.status == 200 && !reply.replayed {
        services.metrics.balance_transaction("recharge");
    }
    Ok(reply.into_response())
}

/// What an invoice is for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvoiceBody {
    /// Whole roubles.
    #[schema(minimum = 1, maximum = 100_000)]
    amount: i64,
    /// How it is to be paid, `stars` for example; when absent, as the operator has set.
    #[schema(max_length = 50)]
    provider: Option<String>,
}

/// An invoice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvoiceView {
    payment_id: String,
    /// Where it can be paid.
    pay_url: String,
    /// For `openInvoice` of a Mini App.
    #[serde(skip_serializing_if = "Option::is_none")]
    mini_app_invoice_url: Option<String>,
}

/// Makes an invoice for the balance.
#[utoipa::path(post, path = "/api/balance/create-invoice", tag = "balance",
    operation_id = "create_invoice", request_body = InvoiceBody,
    responses((status = 200, body = InvoiceView),
        (status = 400, description = "It cannot be paid that way here"),
        (status = 409, description = "The provider refuses this invoice"),
        (status = 503, description = "No payment provider is set up, it does not answer, or the \
            market is paused")))]
pub(crate) async fn create_invoice(
    State(services): State<Services>,
    actor: Actor,
    Json(body): Json<InvoiceBody>,
) -> Result<Json<InvoiceView>> {
    let amount = domain::recharge(body.amount)?;
    let provider = services.provider(body.provider.as_deref())?;
    let id = ids::random_token(&services.ctx.rng, 24);
    let (name, stored) = (provider.name(), id.clone());
    let (gate, providers) = (services.gate(), services.providers.clone());
    let write = move |tx: &mut Tx<'_>| {
        top_up::create_invoice(tx, &gate, &providers, &stored, actor.user, name, amount)
    };
    let db = &services.ctx.db;
    let payment = db.write("services.create_invoice", write).await?;
    let checkout = match provider.link(&payment) {
        Some(known) => known,
        None => ask(&services, provider.as_ref(), &payment).await?,
    };
    Ok(Json(InvoiceView {
        payment_id: id,
        pay_url: checkout.pay_url.unwrap_or_default(),
        mini_app_invoice_url: checkout.mini_app_invoice_url,
    }))
}

/// Asks the provider where the invoice can be paid, and remembers it.
async fn ask(services: &Services, provider: &dyn Provider, payment: &Payment) -> Result<Checkout> {
    let started = provider.start(payment).await.map_err(|failure| {
        let error = if failure.permanent {
            let text = "The payment provider refuses this invoice";
            torg_platform::Error::new(Kind::Conflict, "payment_refused", text)
        } else {
            let text = "The payment provider does not answer, try again later";
            torg_platform::Error::new(Kind::Unavailable, "payment_provider_away", text)
        };
        error.with_source(failure.reason)
    })?;
    let checkout = started.unwrap_or_default();
    let (id, json) = (payment.id.clone(), checkout.to_json()?);
    let write = move |tx: &mut Tx<'_>| payments::save_checkout(tx, &id, &json);
    services
        .ctx
        .db
        .write("services.save_checkout", write)
        .await?;
    Ok(checkout)
}

/// What became of an invoice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaymentView {
    payment_id: String,
    status: PaymentStatus,
    /// Whole roubles.
    amount: i64,
    /// Once it is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_balance: Option<i64>,
}

/// What became of the caller's invoice.
#[utoipa::path(get, path = "/api/balance/payment/{id}/status", tag = "balance",
    operation_id = "payment_status", params(("id" = String, Path)),
    responses((status = 200, body = PaymentView), (status = 404, description = "Not yours")))]
pub(crate) async fn payment_status(
    State(services): State<Services>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<PaymentView>> {
    let read = move |tx: &mut Tx<'_>| {
        let payment = top_up::find_own(tx, &id, actor.user)?;
        let status = PaymentStatus::of(&payment, tx.now());
        let balance = match status {
            PaymentStatus::Paid => Some(get_me::balance(tx, actor.user)?.major_floor()),
            PaymentStatus::Pending | PaymentStatus::Expired => None,
        };
        Ok::<_, Error>(PaymentView {
            payment_id: payment.id,
            status,
            amount: Money::<Rub>::from_minor(payment.amount_minor).major_floor(),
            new_balance: balance,
        })
    };
    Ok(Json(
        services
            .ctx
            .db
            .read("services.payment_status", read)
            .await?,
    ))
}

/// Pays an invoice of the test provider, as its customer would on the provider's page.
pub(crate) async fn pay_test_invoice(
    State(services): State<Services>,
    Path(id): Path<String>,
) -> Result<Json<PaymentView>> {
    let name = services.test_provider()?.name();
    let payees = services.payees.clone();
    let write = move |tx: &mut Tx<'_>| {
        let (payment, payer, credited) = top_up::pay_test_invoice(tx, &payees, name, &id)?;
        let view = PaymentView {
            payment_id: payment.id,
            status: PaymentStatus::Paid,
            amount: Money::<Rub>::from_minor(payment.amount_minor).major_floor(),
            new_balance: Some(get_me::balance(tx, payer)?.major_floor()),
        };
        Ok::<_, Error>((view, credited))
    };
    services.prepare().await?;
    let (view, credited) = services
        .ctx
        .db
        .write("services.pay_test_invoice", write)
        .await?;
    if credited {
        services.metrics.balance_transaction("recharge");
    }
    Ok(Json(view))
}
