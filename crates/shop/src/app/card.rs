//! What the shop knows of a person, for the staff. Neither an e-mail nor an address.

use super::export_orders::status_at;
use crate::error::Result;
use crate::store::panel;
use torg_platform::UserId;
use torg_platform::admin::{CardPart, Fact, Item, Queue};
use torg_platform::db::Tx;
use torg_platform::money::{Currency as _, Rub};

/// Newest orders that are shown.
const ITEMS: i64 = 20;

/// What is known of `user`.
///
/// # Errors
/// The database's.
pub(crate) fn card(tx: &mut Tx<'_>, user: UserId) -> Result<CardPart> {
    let totals = panel::totals_of(tx, user)?.0;
    if totals.orders == 0 {
        return Ok(CardPart::default());
    }
    let now = tx.now();
    let facts = [
        ("orders", totals.orders.to_string()),
        ("orders_paid", totals.paid.to_string()),
        ("orders_refunded", totals.refunded.to_string()),
        (
            "spent",
            format!("{} {}", totals.spent_minor.to_decimal(), Rub::CODE),
        ),
    ];
    let items = panel::newest_of(tx, user, ITEMS)?
        .into_iter()
        .map(|order| Item {
            kind: "order",
            id: order.id.to_string(),
            title: match order.lines.saturating_sub(1) {
                0 => order.name,
                more => format!("{} +{more}", order.name),
            },
            state: status_at(order.status, order.deadline_at, now)
                .as_str()
                .to_owned(),
            at: order.created_at,
            amount: Some(order.total_minor.to_decimal()),
            currency: Some(Rub::CODE),
        });
    Ok(CardPart {
        facts: facts
            .into_iter()
            .map(|(name, value)| Fact { name, value })
            .collect(),
        items: items.collect(),
    })
}

/// Paid orders that nobody has sent.
///
/// # Errors
/// The database's.
pub(crate) fn to_fulfil(tx: &mut Tx<'_>) -> Result<Queue> {
    Ok(Queue {
        count: panel::count_to_fulfil(tx)?.0,
        oldest_at: panel::oldest_to_fulfil(tx)?,
    })
}

/// Products that run low. Since when is not written down.
///
/// # Errors
/// The database's.
pub(crate) fn low_stock(tx: &mut Tx<'_>) -> Result<Queue> {
    Ok(Queue {
        count: panel::count_low(tx)?.0,
        oldest_at: None,
    })
}
