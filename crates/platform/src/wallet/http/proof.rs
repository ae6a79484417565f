//! Somebody proves that a wallet is theirs.

use super::by_person;
use crate::auth::Actor;
use crate::db::Tx;
use crate::http::{Json, Origin, RawBody};
use crate::limits::Rule;
use crate::money::DecimalTon;
use crate::wallet::Wallet;
use crate::{Result, Timestamp, ids};
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// Random characters of a challenge, 6 bits each.
const PAYLOAD_CHARS: usize = 32;
/// How often somebody may ask for a challenge.
const LIMIT: Rule = Rule {
    name: "wallet.challenge",
    max: 10,
    per: Duration::from_secs(60),
};

/// What a wallet is asked to sign.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Challenge {
    payload: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// A challenge for my wallet
///
/// Counts once, for ten minutes.
#[utoipa::path(post, path = "/api/wallet/ton-proof/challenge", tag = "wallet",
    operation_id = "create_wallet_challenge",
    responses((status = 201, body = Challenge),
        (status = 409, description = "`wallet_unavailable`: wallets are not set up here")))]
pub(super) async fn create_challenge(
    State(wallet): State<Wallet>,
    actor: Actor,
) -> Result<(StatusCode, Json<Challenge>)> {
    let (user, ctx) = (actor.user, wallet.ctx());
    wallet.chain()?;
    ctx.limits.check(&LIMIT, &user.to_string()).await?;
    let payload = ids::random_token(&ctx.rng, PAYLOAD_CHARS);
    let (of, kept) = (wallet.clone(), payload.clone());
    let write = move |tx: &mut Tx<'_>| of.challenge(tx, user, &kept);
    let expires_at = ctx.db.write("platform.challenge_wallet", write).await?;
    let challenge = Challenge {
        payload,
        expires_at,
    };
    Ok((StatusCode::CREATED, Json(challenge)))
}

/// What a proof has brought.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BoundView {
    address: String,
    /// How many deposits were credited that had waited for their owner.
    claimed: u32,
    /// How much they were together.
    claimed_amount: DecimalTon,
}

/// Proves that a wallet is mine
///
/// The body is what the wallet has signed (TON Connect's `ton_proof`), with a challenge of ours as
/// its payload. What came from this wallet without a memo that names anybody is credited.
#[utoipa::path(post, path = "/api/wallet/ton-proof", tag = "wallet",
    operation_id = "prove_wallet",
    request_body(content = Object, description = "As the chain's wallets give it"),
    responses((status = 200, body = BoundView),
        (status = 409, description = "`challenge_unknown`: not yours, used or too old; \
            `wallet_bound_elsewhere`: somebody else has proven it; `wallet_unavailable`; \
            what is wrong with the proof")))]
pub(super) async fn prove_wallet(
    State(wallet): State<Wallet>,
    actor: Actor,
    origin: Origin,
    RawBody(body): RawBody,
) -> Result<Json<BoundView>> {
    let (chain, ctx) = (wallet.chain()?, wallet.ctx());
    let proven = chain.verify_proof(&body, ctx.clock.now())?;
    let address = wallet.show_address(&proven.address);
    let (of, by) = (wallet.clone(), by_person(&actor, origin));
    let write = move |tx: &mut Tx<'_>| of.bind(tx, actor.user, &proven, &by);
    let bound = ctx.db.write("platform.bind_wallet", write).await?;
    Ok(Json(BoundView {
        address,
        claimed: bound.claimed,
        claimed_amount: bound.amount.into(),
    }))
}
