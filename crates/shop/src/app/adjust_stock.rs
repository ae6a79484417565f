//! The operator counts what is in the store: units come, units are gone. And the history of it.

use super::update_product::lock;
use super::{By, stock};
use crate::domain::{ProductId, Refusal, STOCK_MAX};
use crate::error::{Error, Result};
use crate::store::{movements, products};
use serde::Serialize;
use torg_platform::Timestamp;
use torg_platform::db::Tx;
use torg_platform::http::page;

/// Change the units in the store.
#[derive(Debug, Clone)]
pub struct AdjustStock {
    /// Of which product.
    pub product: ProductId,
    /// Who.
    pub by: By,
    /// The version that was seen, if that matters.
    pub if_match: Option<i64>,
    /// How many come, or go when below zero.
    pub delta: i64,
    /// Why, for the operator.
    pub reason: String,
}

/// Units that came into the store or went out of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StockMovement {
    /// Its number; later ones are higher.
    pub id: i64,
    /// Of which product.
    #[schema(value_type = uuid::Uuid)]
    pub product_id: ProductId,
    /// How many came, or went when below zero.
    pub delta: i64,
    /// What it was: `initial`, `adjusted`, `imported`, `keys`, `sale`, `return`.
    pub kind: String,
    /// Why, in the operator's words.
    pub reason: String,
    /// The order of a sale or a return.
    #[schema(required = true, value_type = Option<uuid::Uuid>)]
    pub order_id: Option<String>,
    /// Who.
    pub by: String,
    /// Units in the store afterwards, promised ones included.
    pub on_hand: i64,
    /// Units promised to orders; only in the answer to an adjustment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reserved: Option<i64>,
    /// What can be ordered now; only in the answer to an adjustment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stock: Option<i64>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// Changes the units in the store by a difference.
///
/// # Errors
/// [`Refusal::ProductNotFound`], [`Refusal::StaleVersion`], [`Refusal::ProductDigital`],
/// [`Refusal::StockReserved`] when fewer would be left than are promised.
pub fn adjust_stock(tx: &mut Tx<'_>, cmd: &AdjustStock) -> Result<StockMovement> {
    let product = lock(tx, &cmd.product, cmd.if_match)?;
    if product.is_digital {
        return Err(Refusal::ProductDigital.into());
    }
    let on_hand = product.on_hand.saturating_add(cmd.delta);
    let reserved = product.reserved;
    if on_hand < reserved {
        return Err(Refusal::StockReserved { reserved }.into());
    }
    if on_hand > STOCK_MAX {
        let text = format!("there may be at most {STOCK_MAX} units");
        return Err(Error::from(torg_platform::Error::field("delta", text)));
    }
    let (delta, at, reason) = (cmd.delta, tx.now(), &cmd.reason);
    products::move_stock(tx, &product, delta, 0)?;
    let (id, who) = (&product.id, &cmd.by.actor);
    let number =
        products::number_movement(tx, id, delta, "adjusted", reason, None, who, on_hand, at)?.0;
    let after = on_hand.saturating_sub(reserved);
    stock::told_if_low(tx, &product, product.available(), after)?;
    // The reason is left out: what is audited stays for ever.
    let details = format!(r#"{{"delta":{delta},"on_hand":{on_hand}}}"#);
    let subject = format!("shop.product/{id}");
    cmd.by.did(tx, "shop.stock.adjust", &subject, &details)?;
    Ok(StockMovement {
        id: number,
        product_id: id.clone(),
        delta,
        kind: "adjusted".to_owned(),
        reason: reason.clone(),
        order_id: None,
        by: who.clone(),
        on_hand,
        reserved: Some(reserved),
        stock: Some(after),
        created_at: at,
    })
}

/// Where a part of the history begins, by its cursor.
///
/// # Errors
/// 422 `cursor_invalid`.
pub fn read_cursor(cursor: Option<&str>) -> torg_platform::Result<i64> {
    match cursor {
        None => Ok(i64::MAX),
        Some(cursor) => page::decode_cursor::<(i64,)>(cursor).map(|(before,)| before),
    }
}

/// What came and went before a movement, newest first, and the cursor of the next part.
///
/// # Errors
/// [`Refusal::ProductNotFound`].
pub fn movements(
    tx: &mut Tx<'_>,
    product: &ProductId,
    before: i64,
    limit: i64,
) -> Result<(Vec<StockMovement>, Option<String>)> {
    products::find(tx, product)?.ok_or(Refusal::ProductNotFound)?;
    let mut rows = movements::page(tx, product, before, limit.saturating_add(1))?;
    let limit = usize::try_from(limit).unwrap_or_default();
    let more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| page::encode_cursor(&(row.id,)));
    let shown = rows.iter().map(|row| StockMovement {
        id: row.id,
        product_id: product.clone(),
        delta: row.delta,
        kind: row.kind.clone(),
        reason: row.reason.clone(),
        order_id: row.order_id.clone(),
        by: row.by_whom.clone(),
        on_hand: row.on_hand_after,
        reserved: None,
        stock: None,
        created_at: row.created_at,
    });
    Ok((shown.collect(), next.transpose()?))
}
