//! Looks at an order.

use crate::domain::{Item, Order, OrderId, Refusal};
use crate::error::Result;
use crate::events::view::OrderView;
use crate::store::{keys, orders};
use torg_platform::UserId;
use torg_platform::db::Tx;

/// Who wants to look, or to do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Somebody with an account.
    User(UserId),
    /// The operator's staff.
    Staff,
    /// Nobody we know: a guest, who knows the name of his order.
    Guest,
}

impl Reader {
    /// Whether an order is this reader's. Other people's are as unknown as those that do not
    /// exist.
    ///
    /// # Errors
    /// [`Refusal::OrderNotFound`].
    pub fn check(self, order: &Order) -> Result<(), Refusal> {
        let may = match self {
            Self::Staff => true,
            Self::User(user) => order.is_guests() || order.is_of(user),
            Self::Guest => order.is_guests(),
        };
        if may {
            Ok(())
        } else {
            Err(Refusal::OrderNotFound)
        }
    }
}

/// The order as `reader` may see it.
///
/// # Errors
/// [`Refusal::OrderNotFound`].
pub(crate) fn get_order(tx: &mut Tx<'_>, id: &OrderId, reader: Reader) -> Result<OrderView> {
    let order = orders::find(tx, id)?.ok_or(Refusal::OrderNotFound)?;
    reader.check(&order)?;
    show(tx, order)
}

/// The order with its lines.
pub(crate) fn show(tx: &mut Tx<'_>, order: Order) -> Result<OrderView> {
    let items = orders::items(tx, &order.id)?;
    show_with(tx, order, items)
}

/// The order with these lines.
pub(crate) fn show_with(tx: &mut Tx<'_>, order: Order, items: Vec<Item>) -> Result<OrderView> {
    let handed = order.status.was_paid() && items.iter().any(|item| item.is_digital);
    let keys = if handed {
        keys::of_order(tx, &order.id)?
    } else {
        Vec::new()
    };
    Ok(OrderView::new(order, items, &keys, tx.now()))
}
