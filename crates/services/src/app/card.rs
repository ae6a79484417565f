//! What this market knows of a person, for the staff. Never a contact.

use crate::domain::{Category, Order, RatingSum};
use crate::error::Result;
use crate::store::{complaints, orders, people};
use torg_platform::admin::{CardPart, Fact, Item};
use torg_platform::db::Tx;
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::{Timestamp, UserId};

/// Newest orders and takes that are shown, together.
const ITEMS: i64 = 20;
/// Characters of a description that are shown.
const TITLE_CHARS: usize = 80;

/// What is known of `user`.
///
/// # Errors
/// The database's.
pub(crate) fn card(tx: &mut Tx<'_>, user: UserId) -> Result<CardPart> {
    let mut items: Vec<(Timestamp, Item)> = Vec::new();
    for id in orders::newest_of(tx, user, ITEMS)? {
        if let Some(order) = find(tx, &id)? {
            items.push(item(tx, "order", &order, order.created_at, None));
        }
    }
    for (id, at, price) in orders::newest_taken_by(tx, user, ITEMS)? {
        if let Some(order) = find(tx, &id)? {
            items.push(item(tx, "take", &order, at, Some(price)));
        }
    }
    items.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    items.truncate(usize::try_from(ITEMS).unwrap_or(usize::MAX));
    Ok(CardPart {
        facts: facts(tx, user)?,
        items: items.into_iter().map(|(_, item)| item).collect(),
    })
}

/// Numbers; none of a stranger.
fn facts(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Fact>> {
    let now = tx.now();
    let profile = people::profile(tx, user)?;
    let rating = RatingSum {
        sum: profile.rating_sum,
        count: profile.rating_count,
    };
    let counts = [
        ("orders_posted", orders::count_of(tx, user)?.0),
        ("orders_active", orders::count_active_of(tx, user, now)?.0),
        ("takes", orders::count_taken_by(tx, user)?.0),
        ("orders_completed", profile.completed_orders),
        ("complaints_filed", complaints::count_by(tx, user)?.0),
        ("complaints_received", complaints::count_about(tx, user)?.0),
        ("reviews", rating.count),
    ];
    if counts.iter().all(|(_, count)| *count == 0) {
        return Ok(Vec::new());
    }
    let fact = |(name, count): (&'static str, i64)| Fact {
        name,
        value: count.to_string(),
    };
    let mut facts: Vec<Fact> = counts.into_iter().map(fact).collect();
    facts.extend(rating.average().map(|average| Fact {
        name: "rating",
        value: format!("{average:.2}"),
    }));
    Ok(facts)
}

fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Order>> {
    let Some(id) = crate::domain::OrderId::parse(id) else {
        return Ok(None);
    };
    Ok(orders::find(tx, &id)?.map(|stored| stored.order))
}

fn item(
    tx: &Tx<'_>,
    kind: &'static str,
    order: &Order,
    at: Timestamp,
    paid: Option<Money<Rub>>,
) -> (Timestamp, Item) {
    let item = Item {
        kind,
        id: order.id.to_string(),
        title: title(order.category, &order.description),
        state: order.status_at(tx.now()).as_str().to_owned(),
        at,
        amount: paid.map(Money::to_decimal),
        currency: paid.map(|_| Rub::CODE),
    };
    (at, item)
}

/// Kind of work and how its description begins.
fn title(category: Category, description: &str) -> String {
    let mut begin: String = description.chars().take(TITLE_CHARS).collect();
    if begin.len() < description.len() {
        begin.push('…');
    }
    format!("{}: {begin}", category.name())
}
