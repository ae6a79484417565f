//! Orders as the staff sees them: everybody's, in every status, never with a contact.

use super::admin_complaints::{self, ComplaintView};
use super::admin_reviews::{self, ReviewView};
use super::names::Names;
use super::snapshot::{Snapshot, snapshot};
use super::timeline::{self, TimelineEntry};
use crate::domain::{Category, Order, OrderId, RefundKind, Refusal, Status, fold};
use crate::error::Result;
use crate::store::lists::{self, Filter, Listed};
use crate::store::removals::{self, Refund, Removal};
use serde::Serialize;
use torg_platform::db::Tx;
use torg_platform::http::table::Cell;
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::{Timestamp, UserId};
use utoipa::ToSchema;

/// Orders read at once while looking for words.
const BATCH: i64 = 500;
/// Batches of one request, at most: what is not found by then is looked for from its cursor on.
const BATCHES: usize = 10;

/// A place in the list: after this order.
pub(crate) type Place = (Timestamp, String);

/// Which orders.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Status, category and city; the scope does not count.
    pub(crate) filter: Filter,
    /// What was typed into the search.
    pub(crate) search: Search,
    /// What a take costs now.
    pub(crate) price: Money<Rub>,
}

/// What to look for. Never in contacts: who can search them can find them out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Search {
    /// Anything.
    All,
    /// Orders of this customer.
    Customer(UserId),
    /// The order of this name, or this text, folded, in descriptions.
    Text { id: Option<OrderId>, folded: String },
}

/// An order, without its contact.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ServiceOrderHead)]
pub(crate) struct OrderHead {
    id: String,
    #[schema(value_type = i64)]
    customer_id: UserId,
    category: Category,
    description: String,
    city: String,
    status: Status,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// What a take costs now.
    #[schema(example = "2.00")]
    price: String,
    currency: &'static str,
}

/// An order of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ServiceOrderRow)]
pub(crate) struct OrderRow {
    #[serde(flatten)]
    head: OrderHead,
    /// How many have taken it.
    #[schema(minimum = 0, maximum = 3)]
    takes: i64,
}

/// An order with everything that has happened to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceOrderCard)]
pub(crate) struct OrderCard {
    #[serde(flatten)]
    head: OrderHead,
    customer_name: String,
    /// Who took it, by slot.
    takes: Vec<TakeView>,
    /// What happened, oldest first.
    timeline: Vec<TimelineEntry>,
    reviews: Vec<ReviewView>,
    complaints: Vec<ComplaintView>,
    /// By whom and why it was taken out, if it was.
    #[schema(required = true)]
    removed: Option<RemovedView>,
}

/// A paid look at the contact.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ServiceTake)]
pub(crate) struct TakeView {
    #[schema(value_type = i64)]
    executor_id: UserId,
    name: String,
    #[schema(value_type = String, format = DateTime)]
    taken_at: Timestamp,
    /// What was paid.
    #[schema(example = "2.00")]
    price: String,
    currency: &'static str,
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    refunded_at: Option<Timestamp>,
    /// Why the staff gave it back; null when silence did.
    #[schema(required = true)]
    refund_reason: Option<String>,
    /// Whether one take was refunded or the order was taken out; null when silence did.
    #[schema(required = true)]
    refund_kind: Option<RefundKind>,
}

/// An order was taken out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RemovedView {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// As the audit trail names them.
    by: String,
    reason: String,
}

impl Search {
    /// What somebody has typed.
    pub(crate) fn read(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::All;
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Customer(UserId(text.parse().unwrap_or(i64::MAX)));
        }
        Self::Text {
            id: OrderId::parse(text),
            folded: fold(text),
        }
    }

    fn matches(&self, row: &Listed) -> bool {
        match self {
            Self::All | Self::Customer(_) => true,
            Self::Text { id, folded } => {
                id.as_ref() == Some(&row.order.id)
                    || fold(&row.order.description).contains(folded.as_str())
            }
        }
    }
}

/// The orders after `after`, newest first, and where the next part begins. A part of a search may
/// be short, even empty, although more follows: it ends where it has looked at enough.
///
/// # Errors
/// The database's.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    wanted: &Wanted,
    after: &Place,
    limit: i64,
) -> Result<(Vec<OrderRow>, Option<Place>)> {
    let customer = match &wanted.search {
        Search::Customer(user) => Some(*user),
        Search::All | Search::Text { .. } => None,
    };
    let batch = match wanted.search {
        Search::All | Search::Customer(_) => limit.saturating_add(1),
        Search::Text { .. } => BATCH,
    };
    let full = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut found, mut place) = (Vec::new(), after.clone());
    for _batch in 0..BATCHES {
        let at = (place.0, place.1.as_str());
        let rows = lists::page_for_staff(tx, &wanted.filter, customer, at, batch)?;
        let last = i64::try_from(rows.len()).unwrap_or(i64::MAX) < batch;
        for row in rows {
            if wanted.search.matches(&row) {
                if found.len() == full {
                    return Ok((found, Some(place)));
                }
                found.push(OrderRow {
                    head: OrderHead::new(&row.order, tx.now(), wanted.price),
                    takes: row.takes,
                });
            }
            place = (row.order.created_at, row.order.id.to_string());
        }
        if last {
            return Ok((found, None));
        }
    }
    Ok((found, Some(place)))
}

/// The order of that name.
///
/// # Errors
/// [`Refusal::OrderNotFound`].
pub(crate) fn get(tx: &mut Tx<'_>, id: &OrderId, price: Money<Rub>) -> Result<OrderCard> {
    let order = snapshot(tx, id)?.ok_or(Refusal::OrderNotFound)?;
    let removal = removals::of(tx, id.as_str())?;
    let refunds = removals::refunds_of(tx, id.as_str())?;
    let reviews = admin_reviews::of_order(tx, id.as_str())?;
    let complaints = admin_complaints::of_order(tx, id.as_str())?;
    let mut names = Names::default();
    let takes = takes(tx, &order, &refunds, &mut names)?;
    Ok(OrderCard {
        customer_name: names.of(tx, order.order.customer)?,
        head: OrderHead::new(&order.order, order.now, price),
        timeline: timeline::of(&order, removal.as_ref(), &refunds, &reviews, &complaints),
        takes,
        reviews,
        complaints,
        removed: removal.map(RemovedView::from),
    })
}

/// One take of an order.
///
/// # Errors
/// [`Refusal::TakeNotFound`].
pub(crate) fn take(tx: &mut Tx<'_>, id: &OrderId, executor: UserId) -> Result<TakeView> {
    let order = snapshot(tx, id)?.ok_or(Refusal::OrderNotFound)?;
    let refunds = removals::refunds_of(tx, id.as_str())?;
    let takes = takes(tx, &order, &refunds, &mut Names::default())?;
    let mut takes = takes.into_iter();
    let take = takes.find(|take| take.executor_id == executor);
    Ok(take.ok_or(Refusal::TakeNotFound)?)
}

fn takes(
    tx: &mut Tx<'_>,
    order: &Snapshot,
    refunds: &[Refund],
    names: &mut Names,
) -> Result<Vec<TakeView>> {
    let mut takes = Vec::with_capacity(order.takers.len());
    for taker in &order.takers {
        let refund = refunds.iter().find(|r| r.executor_id == taker.user);
        takes.push(TakeView {
            executor_id: taker.user,
            name: names.of(tx, taker.user)?,
            taken_at: taker.taken_at,
            price: taker.price.to_decimal(),
            currency: Rub::CODE,
            refunded_at: taker.refunded_at,
            refund_reason: refund.map(|r| r.reason.clone()),
            refund_kind: refund.map(|r| r.kind),
        });
    }
    Ok(takes)
}

impl OrderHead {
    fn new(order: &Order, now: Timestamp, price: Money<Rub>) -> Self {
        Self {
            id: order.id.to_string(),
            customer_id: order.customer,
            category: order.category,
            description: order.description.clone(),
            city: order.city.clone(),
            status: order.status_at(now),
            created_at: order.created_at,
            expires_at: order.expires_at(),
            price: price.to_decimal(),
            currency: Rub::CODE,
        }
    }
}

impl OrderRow {
    /// The columns of [`OrderRow::cells`].
    pub(crate) const COLUMNS: [&'static str; 10] = [
        "id",
        "customer_id",
        "category",
        "description",
        "city",
        "status",
        "created_at",
        "expires_at",
        "takes",
        "price",
    ];

    /// A line of a table.
    pub(crate) fn cells(&self) -> [Cell; 10] {
        let head = &self.head;
        [
            // An id may begin with what a spreadsheet takes for a formula.
            Cell::Text(head.id.clone()),
            Cell::Plain(head.customer_id.to_string()),
            Cell::Plain(head.category.name().to_owned()),
            Cell::Text(head.description.clone()),
            Cell::Text(head.city.clone()),
            Cell::Plain(head.status.as_str().to_owned()),
            Cell::Plain(head.created_at.to_rfc3339()),
            Cell::Plain(head.expires_at.to_rfc3339()),
            Cell::Plain(self.takes.to_string()),
            Cell::Plain(head.price.clone()),
        ]
    }
}

impl From<Removal> for RemovedView {
    fn from(removal: Removal) -> Self {
        Self {
            at: removal.removed_at,
            by: removal.removed_by,
            reason: removal.reason,
        }
    }
}
