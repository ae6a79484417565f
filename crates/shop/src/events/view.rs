//! An order as it is shown to whoever may see it.

use crate::domain::{Entry, Item, Order, OrderId, PayWith, ProductId, Status};
use serde::Serialize;
use torg_platform::money::{Currency as _, Decimal, DecimalRub, Rub};
use torg_platform::{Timestamp, UserId};
use utoipa::ToSchema;

/// An order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrderView {
    /// Name.
    pub id: OrderId,
    /// Whose it is; none for a guest.
    #[schema(value_type = Option<i64>)]
    pub customer_id: Option<UserId>,
    /// Where a guest is reached.
    pub user_email: Option<String>,
    /// Where it is.
    pub status: Status,
    /// All lines.
    pub items_total: DecimalRub,
    /// What the coupon takes off.
    pub discount: DecimalRub,
    /// What is to be paid, or was.
    pub total: DecimalRub,
    /// What was given back.
    pub refunded: DecimalRub,
    /// Code of the currency.
    pub currency: &'static str,
    /// What was ordered.
    pub items: Vec<ItemView>,
    /// The coupon that was used.
    pub coupon: Option<String>,
    /// Where the goods go.
    pub address: Option<String>,
    /// How it is to be paid, once that is known.
    pub pay_with: Option<PayWith>,
    /// Until when stock is promised to it.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// When it was paid.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub paid_at: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Its last step.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// What happened, oldest first.
    pub timeline: Vec<Entry>,
}

/// A line of an order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ItemView {
    /// Name of the line.
    #[schema(value_type = Uuid)]
    pub id: String,
    /// Which product.
    pub product_id: ProductId,
    /// How many.
    pub quantity: i64,
    /// What one cost when it was ordered.
    pub price_snapshot: DecimalRub,
    /// What it was called then.
    pub name: String,
    /// Keys of digital goods, once they are paid for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
}

impl OrderView {
    /// The order as it is at `now`, with the keys that it was handed.
    pub fn new(
        order: Order,
        items: Vec<Item>,
        keys: &[(ProductId, String)],
        now: Timestamp,
    ) -> Self {
        let of = |product: &ProductId| {
            let own = keys.iter().filter(|(of, _)| of == product);
            own.map(|(_, key)| key.clone()).collect()
        };
        let line = |item: Item| ItemView {
            keys: of(&item.product),
            id: item.id,
            product_id: item.product,
            quantity: item.quantity,
            price_snapshot: Decimal(item.price),
            name: item.name,
        };
        Self {
            status: order.status_at(now),
            id: order.id,
            customer_id: order.customer,
            user_email: order.email,
            items_total: Decimal(order.totals.items),
            discount: Decimal(order.totals.discount),
            total: Decimal(order.totals.total),
            refunded: Decimal(order.refunded),
            currency: Rub::CODE,
            items: items.into_iter().map(line).collect(),
            coupon: order.coupon,
            address: order.address,
            pay_with: order.pay_with,
            expires_at: order.expires_at,
            paid_at: order.paid_at,
            created_at: order.created_at,
            updated_at: order.updated_at,
            timeline: order.timeline,
        }
    }
}
