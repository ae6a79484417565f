//! `/api/admin/users/{user_id}/adjustments`: finance corrects a balance.
//!
//! One movement of the ledger between the person and the account `adjustments` of the platform, the
//! row with the reason, and the audit, all in one unit. Twice the same request is one correction,
//! for ever: the operation is named after whoever asks and their key.

use super::Panel;
use super::ledger::decimal;
use super::people::known;
use super::store::adjustments::{self, AdjustmentRow};
use crate::audit::By;
use crate::auth::Role;
use crate::db::Tx;
use crate::http::page::{self, PageQuery};
use crate::http::{Api, IdempotencyKey, Json, Path, Policy, Query, operations, reason};
use crate::idempotency::{self, Reply};
use crate::ledger::{self, AccountId, Difference, Transfer};
use crate::money::{Currency, Money, Rub, Ton};
use crate::{Error, Kind, Result, Timestamp, UserId};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

/// Kind of the transfers, as statements show them.
pub const KIND: &str = "adjustment";
/// Name of the unit, of the keys that belong to it, and of the act in the audit.
const NAME: &str = "platform.adjustment";
/// The largest correction, in minor units: thousands of them still fit an account.
const AMOUNT_MAX: i64 = 1_000_000_000_000_000;
/// Bytes of the hash that an adjustment is named by: 128 bits.
const ID_BYTES: usize = 16;
/// Differences listed per rule, at most.
const LISTED_MAX: i64 = 100;

/// The other side of corrections in `currency`: minus what people were given.
pub fn account(currency: &str) -> AccountId {
    AccountId::platform("adjustments", currency)
}

/// Opens the accounts. They are hot: nothing bounds what finance gives.
pub(super) fn prepare(tx: &mut Tx<'_>) -> Result<()> {
    let accounts = [account(Rub::CODE), account(Ton::CODE)];
    let accounts: Vec<_> = accounts.iter().map(|id| (id, false, true)).collect();
    Ok(ledger::ensure_platform_accounts(tx, &accounts)?)
}

/// A currency in which people have money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
enum HeldCurrency {
    Rub,
    Ton,
}

/// What is to be corrected.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAdjustment {
    currency: HeldCurrency,
    /// What the person gets; with a minus what is taken from them. Not zero.
    #[schema(example = "-12.50", pattern = r"^-?[0-9]{1,16}(\.[0-9]{1,9})?$")]
    amount: String,
    /// Why, for the staff; outer blanks do not count.
    #[schema(min_length = 3, max_length = 500)]
    reason: String,
}

/// A correction of a balance.
#[derive(Debug, Serialize, ToSchema)]
struct Adjustment {
    id: String,
    currency: String,
    /// With a minus when it was taken from them.
    #[schema(example = "-12.50")]
    amount: String,
    /// What they had afterwards.
    #[schema(example = "485.50")]
    balance_after: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who did it: `user/123`, or `admin-secret`.
    by: String,
    reason: String,
}

impl From<AdjustmentRow> for Adjustment {
    fn from(row: AdjustmentRow) -> Self {
        Self {
            id: row.id,
            amount: decimal(&row.currency, row.amount_minor),
            balance_after: decimal(&row.currency, row.balance_after),
            currency: row.currency,
            at: row.at,
            by: row.staff,
            reason: row.reason,
        }
    }
}

/// A page of corrections, the newest first.
#[derive(Debug, Serialize, ToSchema)]
struct AdjustmentPage {
    adjustments: Vec<Adjustment>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The routes: all of the staff may look, finance may correct.
pub(super) fn api() -> Api<Panel> {
    Api::new()
        .routes(Policy::Admin, operations!(list_adjustments))
        .routes(Policy::Role(Role::Finance), operations!(adjust_balance))
}

/// What is done once per key.
struct Intent {
    id: String,
    user: UserId,
    /// In minor units, with its sign.
    amount: i64,
    reason: String,
    by: By,
}

/// Correct somebody's balance
///
/// With the same key it happens once. Nobody's balance goes below zero, and what is held cannot be
/// taken.
#[utoipa::path(post, path = "/api/admin/users/{user_id}/adjustments", tag = "admin people",
    operation_id = "adjust_balance", request_body = NewAdjustment,
    params(("user_id" = i64, Path, minimum = 1),
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 255,
            description = "A repetition with the same key gets the first answer again")),
    responses((status = 201, body = Adjustment),
        (status = 404, description = "They never came"),
        (status = 409, description = "`insufficient_balance`: they have less than that; \
            `idempotency_key_reuse`: the key was used for another request")))]
async fn adjust_balance(
    State(panel): State<Panel>,
    by: By,
    key: IdempotencyKey,
    Path(user): Path<i64>,
    Json(body): Json<NewAdjustment>,
) -> Result<Response> {
    let amount = match body.currency {
        HeldCurrency::Rub => Money::<Rub>::parse_decimal(&body.amount).map(Money::minor),
        HeldCurrency::Ton => Money::<Ton>::parse_decimal(&body.amount).map(Money::minor),
    };
    let amount =
        amount.filter(|minor| *minor != 0 && minor.unsigned_abs() <= AMOUNT_MAX.unsigned_abs());
    let amount = amount.ok_or_else(|| {
        let text = "must be a decimal string, not zero, with at most the digits of its currency";
        Error::field("amount", text)
    })?;
    let intent = Intent {
        id: name(&by, &key),
        user: UserId(user),
        amount,
        reason: reason(&body.reason)?,
        by,
    };
    // The person stands in the path, and belongs to what the key was used for.
    let request = (user, &body);
    let request = idempotency::Request::keyed(&intent.by.actor, NAME, Some(&key), &request)?;
    let currency = body.currency;
    let write = move |tx: &mut Tx<'_>| {
        idempotency::run(tx, request.as_ref(), 201, |tx| match currency {
            HeldCurrency::Rub => adjust::<Rub>(tx, &intent),
            HeldCurrency::Ton => adjust::<Ton>(tx, &intent),
        })
    };
    let reply: Reply = panel.ctx().db.write::<_, Error, _>(NAME, write).await?;
    Ok(reply.into_response())
}

/// The name of an adjustment: of whoever asks and their key, so that it is the same for ever.
fn name(by: &By, key: &IdempotencyKey) -> String {
    let digest = Sha256::digest(format!("{NAME}:{}:{}", by.actor, key.as_str()));
    URL_SAFE_NO_PAD.encode(digest.get(..ID_BYTES).unwrap_or_default())
}

fn adjust<C: Currency>(tx: &mut Tx<'_>, intent: &Intent) -> Result<Adjustment> {
    let Intent {
        id,
        user,
        amount,
        reason,
        by,
    } = intent;
    known(tx, *user)?;
    let owned = ledger::open_user::<C>(tx, *user)?;
    let op = format!("adjustment/{id}");
    // Answers to keys are forgotten after a day, names in the ledger never are. A twin that was
    // faster by a moment is met here too: this unit is then run again and finds its answer.
    if ledger::amount_of(tx, &op, 0)?.is_some() {
        let text = "The key was used for a correction before";
        return Err(Error::new(Kind::Conflict, "idempotency_key_reuse", text));
    }
    let after = owned.balance().checked_add(*amount);
    let after = after.filter(|_| {
        owned
            .available()
            .checked_add(*amount)
            .is_some_and(|n| n >= 0)
    });
    let after = after.ok_or_else(|| {
        let text = "They have less than is to be taken";
        Error::new(Kind::Conflict, "insufficient_balance", text)
    })?;
    let (person, platform) = (AccountId::user(*user, C::CODE), account(C::CODE));
    let (debit, credit) = if *amount > 0 {
        (&platform, &person)
    } else {
        (&person, &platform)
    };
    let transfer = Transfer {
        op: &op,
        leg: 0,
        kind: KIND,
        debit,
        credit,
        amount: Money::<C>::from_minor(amount.saturating_abs()),
        meta: &serde_json::json!({ "adjustment_id": id }).to_string(),
    };
    let row = AdjustmentRow {
        id: id.clone(),
        currency: C::CODE.to_owned(),
        amount_minor: *amount,
        balance_after: after,
        reason: reason.clone(),
        staff: by.actor.clone(),
        at: tx.now(),
        transfer_id: ledger::transfer_returning_id(tx, &transfer)?,
    };
    save(tx, *user, &row)?;
    let details = serde_json::json!({
        "adjustment_id": id, "currency": C::CODE, "amount_minor": amount,
    });
    by.did(tx, NAME, &format!("user/{user}"), &details.to_string())?;
    Ok(Adjustment::from(row))
}

fn save(tx: &mut Tx<'_>, user: UserId, row: &AdjustmentRow) -> Result<()> {
    Ok(adjustments::insert(
        tx,
        &row.id,
        user,
        &row.currency,
        row.amount_minor,
        row.balance_after,
        &row.reason,
        &row.staff,
        row.at,
        row.transfer_id,
    )?)
}

/// Corrections of somebody's balance
#[utoipa::path(get, path = "/api/admin/users/{user_id}/adjustments", tag = "admin people",
    operation_id = "list_adjustments", params(("user_id" = i64, Path, minimum = 1), PageQuery),
    responses((status = 200, body = AdjustmentPage),
        (status = 404, description = "They never came")))]
async fn list_adjustments(
    State(panel): State<Panel>,
    Path(user): Path<i64>,
    Query(query): Query<PageQuery>,
) -> Result<Json<AdjustmentPage>> {
    let (before, limit) = query.after::<i64>()?;
    let user = UserId(user);
    let work = move |tx: &mut Tx<'_>| {
        known(tx, user)?;
        let before = before.unwrap_or(i64::MAX);
        let rows = adjustments::of_user(tx, user, before, limit.saturating_add(1))?;
        Ok::<_, Error>(rows)
    };
    let rows = panel.ctx().db.read("platform.adjustments", work).await?;
    let (rows, next_cursor) = page::cut(rows, limit, |row| row.transfer_id)?;
    Ok(Json(AdjustmentPage {
        adjustments: rows.into_iter().map(Adjustment::from).collect(),
        next_cursor,
    }))
}

/// What does not add up between adjustments and ledger: nothing when they are sound. Only reads.
///
/// # Errors
/// The database's.
pub fn check_books(tx: &mut Tx<'_>) -> Result<Vec<Difference>> {
    type Rule = (
        &'static str,
        fn(&mut Tx<'_>, i64) -> crate::db::Result<Vec<String>>,
    );
    let rules: [Rule; 3] = [
        ("an adjustment is in the ledger", adjustments::without_money),
        ("what adjusts is an adjustment", adjustments::money_without),
        (
            "an adjustment knows its balance",
            adjustments::wrong_balances,
        ),
    ];
    let mut differences = Vec::new();
    for (rule, find) in rules {
        let found = find(tx, LISTED_MAX)?.into_iter();
        differences.extend(found.map(|subject| Difference { rule, subject }));
    }
    Ok(differences)
}
