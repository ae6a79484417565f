//! Looks at an order.

use crate::domain::{Item, Order, OrderId, Refusal};
use crate::error::Result;
use crate::events::view::OrderView;
use crate::store::{keys, orders};
use torg_platform::UserId;
use torg_platform::db::{Locked, Tx};
use torg_platform::planted::{self, Plant};

/// Who wants to look, or to do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Somebody with an account.
    User(UserId),
    /// The operator's staff; with the account that they have besides.
    Staff(Option<UserId>),
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
            Self::Staff(_) => true,
            Self::User(_) | Self::Guest => self.owns(order) || planted::is(Plant::OwnerUnchecked),
        };
        if may {
            Ok(())
        } else {
            Err(Refusal::OrderNotFound)
        }
    }

    /// Whether what was bought is this reader's: the keys of digital goods are nobody else's, not
    /// even the staff's.
    fn owns(self, order: &Order) -> bool {
        match self {
            Self::User(user) => order.is_guests() || order.is_of(user),
            Self::Staff(user) => user.is_some_and(|user| order.is_of(user)),
            Self::Guest => order.is_guests(),
        }
    }
}

/// The order, held until the end of the unit of work, for whoever shows it to others and must
/// not be overtaken.
///
/// # Errors
/// The database's.
pub(crate) fn hold_order(tx: &mut Tx<'_>, id: &OrderId) -> Result<Option<Locked<Order>>> {
    Ok(orders::lock(tx, id)?)
}

/// The order as `reader` may see it.
///
/// # Errors
/// [`Refusal::OrderNotFound`].
pub(crate) fn get_order(tx: &mut Tx<'_>, id: &OrderId, reader: Reader) -> Result<OrderView> {
    let order = orders::find(tx, id)?.ok_or(Refusal::OrderNotFound)?;
    reader.check(&order)?;
    show(tx, order, reader)
}

/// The order with its lines, and with its keys for their owner.
pub(crate) fn show(tx: &mut Tx<'_>, order: Order, reader: Reader) -> Result<OrderView> {
    let items = orders::items(tx, &order.id)?;
    show_with(tx, order, items, reader)
}

/// The order with these lines, and with its keys for their owner.
pub(crate) fn show_with(
    tx: &mut Tx<'_>,
    order: Order,
    items: Vec<Item>,
    reader: Reader,
) -> Result<OrderView> {
    let handed =
        reader.owns(&order) && order.status.was_paid() && items.iter().any(|item| item.is_digital);
    let keys = if handed {
        keys::of_order(tx, &order.id)?
    } else {
        Vec::new()
    };
    Ok(OrderView::new(order, items, &keys, tx.now()))
}
