//! Money out: asked for, and taken back.

use super::by_person;
use super::views::WithdrawalView;
use crate::auth::Actor;
use crate::db::Tx;
use crate::http::{IdempotencyKey, Json, Origin, Path};
use crate::idempotency::{self, Reply};
use crate::ids;
use crate::limits::Rule;
use crate::money::DecimalTon;
use crate::wallet::withdrawal::{NewWithdrawal, below_minimum};
use crate::wallet::{Wallet, WalletRules};
use crate::{Error, Result};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;
use uuid::Uuid;

/// Longest address that is looked at; those of the chain have 48 or 67 characters.
const ADDRESS_MAX: usize = 200;
/// Name of the unit, and of the keys that belong to it.
const NAME: &str = "platform.request_withdrawal";
/// How often somebody may ask for money.
const LIMIT: Rule = Rule {
    name: "wallet.withdraw",
    max: 10,
    per: Duration::from_secs(60),
};

/// What somebody wants out.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawalBody {
    /// Where to, in any form that wallets show.
    #[schema(min_length = 1, max_length = 200)]
    address: String,
    /// What is to arrive; the fee comes on top.
    amount: DecimalTon,
    /// What the receiver reads; exchanges ask for one.
    comment: Option<String>,
}

impl WithdrawalBody {
    fn check(&self, rules: &WalletRules) -> Result<()> {
        if self.address.trim().is_empty() || self.address.len() > ADDRESS_MAX {
            let message = format!("must have 1 to {ADDRESS_MAX} characters");
            return Err(Error::field("address", message));
        }
        if !self.amount.0.is_positive() {
            return Err(Error::field("amount", "must be above 0"));
        }
        let comment = self.comment.as_deref().unwrap_or_default();
        if comment.len() > rules.comment_max || comment.contains(char::is_control) {
            let most = rules.comment_max;
            let message = format!("must have at most {most} bytes and no character that controls");
            return Err(Error::field("comment", message));
        }
        Ok(())
    }
}

/// Sends coins out
///
/// The amount and the fee are set aside at once. They go out by themselves, or after the operator
/// has approved it; to a new address not before it has cooled down.
#[utoipa::path(post, path = "/api/wallet/withdrawals", tag = "wallet",
    operation_id = "create_wallet_withdrawal", request_body = WithdrawalBody,
    params(("Idempotency-Key" = String, Header, min_length = 1, max_length = 255,
        description = "A repetition with the same key gets the first answer again")),
    responses((status = 201, body = WithdrawalView),
        (status = 402, description = "`insufficient_balance`: less than amount and fee"),
        (status = 409, description = "`below_minimum`; the address is refused; \
            `wallet_unavailable`: withdrawals are not set up here; the key was used for another \
            request")))]
pub(super) async fn create_withdrawal(
    State(wallet): State<Wallet>,
    actor: Actor,
    origin: Origin,
    key: IdempotencyKey,
    Json(body): Json<WithdrawalBody>,
) -> Result<Response> {
    let (user, ctx, rules) = (actor.user, wallet.ctx(), wallet.rules());
    body.check(rules)?;
    let chain = wallet.chain()?;
    let request = idempotency::Request::keyed(user, NAME, Some(&key), &body)?;
    // Whoever asks for an answer again gets it, whatever the rules are by now.
    let asked = request.clone();
    let stored = move |tx: &mut Tx<'_>| idempotency::stored(tx, asked.as_ref());
    if let Some(reply) = ctx.db.read("platform.stored_withdrawal", stored).await? {
        return Ok(reply.into_response());
    }
    let destination = chain.read_destination(body.address.trim())?;
    let amount = body.amount.0;
    if amount < rules.min {
        return Err(below_minimum(rules.min));
    }
    let who = user.to_string();
    ctx.limits.check(&LIMIT, &who).await?;
    let new = NewWithdrawal {
        id: ids::uuid_v7(&ctx.rng, ctx.clock.now()).to_string(),
        user,
        destination,
        comment: body.comment.filter(|comment| !comment.is_empty()),
        amount,
    };
    let (of, by) = (wallet.clone(), by_person(&actor, origin));
    let write = move |tx: &mut Tx<'_>| {
        idempotency::run(tx, request.as_ref(), 201, |tx| {
            let withdrawal = of.request(tx, &new, &by)?;
            Ok(WithdrawalView::new(&of, &withdrawal))
        })
    };
    let reply: Result<Reply> = ctx.db.write(NAME, write).await;
    let made = |reply: &Reply| reply.status == 201 && !reply.replayed;
    if !reply.as_ref().is_ok_and(made) {
        ctx.limits.give_back(&LIMIT, &who).await;
    }
    Ok(reply?.into_response())
}

/// Takes a withdrawal back
///
/// As long as it is not on its way. Again is harmless.
#[utoipa::path(post, path = "/api/wallet/withdrawals/{id}/cancel", tag = "wallet",
    operation_id = "cancel_wallet_withdrawal", params(("id" = Uuid, Path)),
    responses((status = 200, body = WithdrawalView),
        (status = 404, description = "No such withdrawal, or somebody else's"),
        (status = 409, description = "`withdrawal_step_impossible`: it is on its way or over")))]
pub(super) async fn cancel_withdrawal(
    State(wallet): State<Wallet>,
    actor: Actor,
    origin: Origin,
    Path(id): Path<Uuid>,
) -> Result<Json<WithdrawalView>> {
    let (of, by) = (wallet.clone(), by_person(&actor, origin));
    let write = move |tx: &mut Tx<'_>| of.cancel(tx, actor.user, &id.to_string(), &by);
    let db = &wallet.ctx().db;
    let canceled = db.write("platform.cancel_withdrawal", write).await?;
    Ok(Json(WithdrawalView::new(&wallet, &canceled)))
}
