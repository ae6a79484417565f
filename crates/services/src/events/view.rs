//! An order as the outside sees it. The contact is an argument that most callers do not have.

use crate::domain::{Category, LIFETIME, Order, Status, Take};
use serde::Serialize;
use serde_json::value::RawValue;
use torg_platform::db::{Error, Result};
use torg_platform::money::{Money, Rub};
use torg_platform::{Timestamp, UserId};

/// An order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Order)]
pub struct OrderView<'a> {
    /// 12 URL-safe characters.
    pub id: &'a str,
    /// Kind of work, by its Russian name.
    pub category: Category,
    /// What is to be done.
    pub description: &'a str,
    /// Where.
    pub city: &'a str,
    /// How to reach the customer; for the customer and for executors who took the order.
    #[schema(required = true)]
    pub contact: Option<&'a str>,
    /// When it was posted.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// How long an order lives.
    pub expires_in_minutes: u64,
    /// Its status now.
    pub status: Status,
    /// Who has taken it, at most three.
    #[schema(value_type = Vec<TakenBy>)]
    pub taken_by: &'a RawValue,
    /// When the customer answered.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    pub customer_responded_at: Option<Timestamp>,
    /// Always true: the city never changes.
    pub city_locked: bool,
    /// Stars of the latest review.
    #[schema(required = true, minimum = 1, maximum = 5)]
    pub rating: Option<u8>,
    /// Text of the latest review.
    #[schema(required = true)]
    pub review_comment: Option<&'a str>,
    /// When its hour is over.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Seconds until then; zero when it is not active.
    pub seconds_left: u64,
    /// What a take costs now, in whole roubles.
    pub price: i64,
    /// Where exactly, for those who may see the contact and only if the customer said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// How far from the place of the search.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_km: Option<f64>,
}

/// A place in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Location {
    /// Degrees north.
    #[schema(minimum = -90, maximum = 90)]
    pub lat: f64,
    /// Degrees east.
    #[schema(minimum = -180, maximum = 180)]
    pub lon: f64,
}

/// Who has taken an order.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct TakenBy {
    /// Who.
    #[schema(value_type = i64)]
    pub executor_id: UserId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub taken_at: Timestamp,
}

/// What an order looks like at `now`, without its contact.
///
/// # Errors
/// When what is stored in `taken_by` is no JSON.
pub fn public<'a>(
    order: &'a Order,
    taken_by: &'a str,
    now: Timestamp,
    price: Money<Rub>,
) -> Result<OrderView<'a>> {
    Ok(OrderView {
        id: order.id.as_str(),
        category: order.category,
        description: &order.description,
        city: &order.city,
        contact: None,
        created_at: order.created_at,
        expires_in_minutes: LIFETIME.as_secs().div_euclid(60),
        status: order.status_at(now),
        taken_by: serde_json::from_str(taken_by).map_err(|_json| Error::Stored {
            what: "list of takes",
            value: taken_by.to_owned(),
        })?,
        customer_responded_at: order.responded_at,
        city_locked: true,
        rating: order.rating.map(|r| r.stars()),
        review_comment: order.review_comment.as_deref(),
        expires_at: order.expires_at(),
        seconds_left: order.seconds_left(now),
        price: price.major_floor(),
        location: None,
        distance_km: None,
    })
}

/// The same for `reader`, who sees the contact if the domain says so.
///
/// # Errors
/// As [`public`].
pub fn personal<'a>(
    order: &'a Order,
    taken_by: &'a str,
    takes: &[Take],
    reader: Option<UserId>,
    now: Timestamp,
    price: Money<Rub>,
) -> Result<OrderView<'a>> {
    let mut view = public(order, taken_by, now, price)?;
    if let Some(contact) = order.contact_for(takes, reader) {
        view.contact = Some(contact.shown());
        view.location = order.place.map(|place| Location {
            lat: place.lat(),
            lon: place.lon(),
        });
    }
    Ok(view)
}

/// The takes of an order as its row keeps them for lists.
pub(crate) fn taken_by(takes: &[Take]) -> String {
    let takes: Vec<TakenBy> = takes
        .iter()
        .map(|take| TakenBy {
            executor_id: take.executor,
            taken_at: take.taken_at,
        })
        .collect();
    // Numbers and times: nothing in it can fail.
    serde_json::to_string(&takes).unwrap_or_else(|_never| "[]".to_owned())
}

impl OrderView<'_> {
    /// Writes it down.
    ///
    /// # Errors
    /// When a distance is not a number, which cannot be.
    pub fn to_json(&self) -> torg_platform::Result<Box<RawValue>> {
        serde_json::value::to_raw_value(self).map_err(torg_platform::Error::internal)
    }
}
