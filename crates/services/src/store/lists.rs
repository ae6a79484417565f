//! Lists of orders. No statement here reads a contact, so no list can show one.
//!
//! Status is decided from the stored times, so that a list is right whether or not the scheduler
//! has written down what is over. The lists that everybody looks at (active, by category, by
//! city) have a statement and an index each; the rest share one that takes every filter.

use super::orders::{column, order_id};
use crate::domain::{BoundingBox, Category, Contact, Order, Point, Rating, SILENCE, Status};
use torg_platform::db::{Column, FromColumn, FromRow, One, Result, Row, Tx};
use torg_platform::{Timestamp, UserId};

/// An order without its contact, for lists.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// The order; its contact is empty.
    pub(crate) order: Order,
    /// Who has taken it, as JSON for the wire.
    pub(crate) taken_by: String,
    /// How many have.
    pub(crate) takes: i64,
}

/// Which orders.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Whose.
    pub scope: Scope,
    /// Their status now; `None` for any.
    pub status: Option<Status>,
    /// Their category.
    pub category: Option<Category>,
    /// Their city, folded.
    pub city_key: Option<String>,
}

/// Whose orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everybody's.
    All,
    /// Those that this person posted.
    PostedBy(UserId),
    /// Those that this person took.
    TakenBy(UserId),
}

/// Which part of the list, newest first.
#[derive(Debug, Clone)]
pub struct Slice {
    /// Creation time and name of the order before the first one.
    pub before: (Timestamp, String),
    /// How many.
    pub limit: i64,
    /// How many to pass over.
    pub offset: i64,
}

/// An order's place in the list and on the Earth.
#[derive(Debug, Clone)]
pub(crate) struct Located {
    /// Name.
    pub(crate) id: String,
    /// When it was posted.
    pub(crate) created_at: Timestamp,
    /// Where the job is.
    pub(crate) place: Point,
}

torg_platform::row! {
    struct LocatedRow { id: String, created_at: Timestamp, lat_micro: i64, lon_micro: i64 }
}

macro_rules! listed {
    ($from:literal, $($condition:expr),+) => {
        concat!(
            "SELECT o.id, o.customer_id, o.category, o.city, o.description, o.lat_micro, \
             o.lon_micro, o.status, o.created_at, o.first_take_at, o.responded_at, o.taken_by, \
             o.rating, o.review_comment, o.takes FROM ", $from, " WHERE ", $($condition),+
        )
    };
}

/// Active orders: $1 now, $2 and $3 where to start, $4 limit, $5 offset.
macro_rules! active {
    ($filter:literal) => {
        listed!(
            "services_orders o",
            "o.status = 'active' AND o.deadline_at > $1 AND (o.created_at, o.id) < ($2, $3) ",
            $filter,
            " ORDER BY o.created_at DESC, o.id DESC LIMIT $4 OFFSET $5"
        )
    };
}

/// What is written down as active, less what is over by $1 and not written down.
///
/// The second part must go through the few that are due and not through all that are active:
/// columns in an expression keep SQLite from the indexes of the filters.
macro_rules! count_active {
    ($filter:literal, $due:literal) => {
        concat!(
            "SELECT (SELECT count(*) FROM services_orders WHERE status = 'active' ",
            $filter,
            ") - (SELECT count(*) FROM services_orders WHERE status = 'active' \
             AND deadline_at <= $1 ",
            $due,
            ")"
        )
    };
}

/// Any filter. What was taken back is for its author only: statements about everybody leave it
/// out. $1 now, $2 the first takes whose silence is over, $3 status or `any`,
/// $4 category or nothing, $5 city or nothing.
macro_rules! any {
    () => {
        "($3 = 'any'
          OR ($3 = 'active' AND o.status = 'active' AND o.deadline_at > $1)
          OR ($3 = 'expired' AND (
                (o.status = 'expired' AND (o.deadline_at IS NULL OR o.deadline_at > $1))
                OR (o.status = 'active' AND o.deadline_at <= $1 AND NOT (
                    o.responded_at IS NULL AND o.first_take_at IS NOT NULL
                    AND o.first_take_at <= $2))))
          OR ($3 = 'closed_no_response' AND (o.status = 'closed_no_response'
                OR (o.deadline_at <= $1 AND o.responded_at IS NULL
                    AND o.first_take_at <= $2)))
          OR ($3 IN ('completed', 'deleted') AND o.status = $3))
         AND ($4 = '' OR o.category = $4) AND ($5 = '' OR o.city_key = $5) "
    };
}

macro_rules! page_of_any {
    ($from:literal, $scope:literal) => {
        listed!(
            $from,
            any!(),
            $scope,
            " AND (o.created_at, o.id) < ($6, $7) \
             ORDER BY o.created_at DESC, o.id DESC LIMIT $8 OFFSET $9"
        )
    };
}

macro_rules! near {
    () => {
        "AND o.status <> 'deleted' AND o.lat_micro BETWEEN $6 AND $7 \
         AND (o.lon_micro BETWEEN $8 AND $9 OR o.lon_micro BETWEEN $10 AND $11) "
    };
}

torg_platform::sql! {
    fn select_next_change(now: Timestamp) -> Option<Timestamp> =
        "SELECT deadline_at FROM services_orders WHERE deadline_at > $1
         ORDER BY deadline_at LIMIT 1";
    fn select_next_silence(now: Timestamp, silent: Timestamp) -> Option<Timestamp> =
        "SELECT first_take_at FROM services_orders
         WHERE deadline_at <= $1 AND responded_at IS NULL AND first_take_at > $2
         ORDER BY first_take_at LIMIT 1";

    fn active(now: Timestamp, at: Timestamp, id: &str, limit: i64, offset: i64) -> Vec<Listed> =
        active!("");
    fn active_category(
        now: Timestamp, at: Timestamp, id: &str, limit: i64, offset: i64, category: Category,
    ) -> Vec<Listed> = active!("AND o.category = $6");
    fn active_city(
        now: Timestamp, at: Timestamp, id: &str, limit: i64, offset: i64, city: &str,
    ) -> Vec<Listed> = active!("AND o.city_key = $6");
    fn active_both(
        now: Timestamp, at: Timestamp, id: &str, limit: i64, offset: i64, category: Category,
        city: &str,
    ) -> Vec<Listed> = active!("AND o.category = $6 AND o.city_key = $7");

    fn count_active(now: Timestamp) -> One<i64> = count_active!("", "");
    fn count_active_category(now: Timestamp, category: Category) -> One<i64> =
        count_active!("AND category = $2", "AND category || '' = $2");
    fn count_active_city(now: Timestamp, city: &str) -> One<i64> =
        count_active!("AND city_key = $2", "AND city_key || '' = $2");
    fn count_active_both(now: Timestamp, category: Category, city: &str) -> One<i64> =
        count_active!(
            "AND category = $2 AND city_key = $3",
            "AND category || '' = $2 AND city_key || '' = $3"
        );

    fn any(
        now: Timestamp, silent: Timestamp, status: &str, category: &str, city: &str,
        at: Timestamp, id: &str, limit: i64, offset: i64,
    ) -> Vec<Listed> = page_of_any!("services_orders o", "AND o.status <> 'deleted'");
    fn any_posted(
        now: Timestamp, silent: Timestamp, status: &str, category: &str, city: &str,
        at: Timestamp, id: &str, limit: i64, offset: i64, user: UserId,
    ) -> Vec<Listed> = page_of_any!("services_orders o", "AND o.customer_id = $10");
    fn any_taken(
        now: Timestamp, silent: Timestamp, status: &str, category: &str, city: &str,
        at: Timestamp, id: &str, limit: i64, offset: i64, user: UserId,
    ) -> Vec<Listed> = page_of_any!(
        "services_takes t JOIN services_orders o ON o.id = t.order_id",
        "AND t.executor_id = $10"
    );

    fn any_at_all(
        now: Timestamp, silent: Timestamp, status: &str, category: &str, city: &str,
        at: Timestamp, id: &str, limit: i64, offset: i64,
    ) -> Vec<Listed> = page_of_any!("services_orders o", "");

    fn count_any(
        now: Timestamp, silent: Timestamp, status: &str, category: &str, city: &str,
    ) -> One<i64> = concat!(
        "SELECT count(*) FROM services_orders o WHERE ", any!(), "AND o.status <> 'deleted'"
    );
    fn count_posted(
        now: Timestamp, silent: Timestamp, status: &str, category: &str, city: &str, user: UserId,
    ) -> One<i64> = concat!(
        "SELECT count(*) FROM services_orders o WHERE ", any!(), "AND o.customer_id = $6"
    );
    fn count_taken(
        now: Timestamp, silent: Timestamp, status: &str, category: &str, city: &str, user: UserId,
    ) -> One<i64> = concat!(
        "SELECT count(*) FROM services_takes t JOIN services_orders o ON o.id = t.order_id WHERE ",
        any!(), "AND t.executor_id = $6"
    );

    fn located_rows(
        now: Timestamp, silent: Timestamp, status: &str, category: &str, city: &str,
        south: i64, north: i64, west: i64, east: i64, west2: i64, east2: i64,
    ) -> Vec<LocatedRow> = concat!(
        "SELECT o.id, o.created_at, o.lat_micro, o.lon_micro FROM services_orders o WHERE ",
        any!(), near!(), "ORDER BY o.created_at DESC, o.id DESC"
    );
    fn near_between(
        now: Timestamp, silent: Timestamp, status: &str, category: &str, city: &str,
        south: i64, north: i64, west: i64, east: i64, west2: i64, east2: i64,
        from: Timestamp, to: Timestamp,
    ) -> Vec<Listed> = listed!(
        "services_orders o", any!(), near!(),
        "AND o.created_at BETWEEN $12 AND $13 ORDER BY o.created_at DESC, o.id DESC"
    );
}

impl Filter {
    fn text(&self) -> (&'static str, &'static str, &str) {
        (
            self.status.map_or("any", Status::as_str),
            self.category.map_or("", Category::slug),
            self.city_key.as_deref().unwrap_or_default(),
        )
    }
}

/// First takes up to here have waited long enough for an answer.
fn silent(now: Timestamp) -> Timestamp {
    now.minus(SILENCE)
}

/// Until when every list stays as it is, as far as time is concerned.
pub(crate) fn next_change(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    let now = tx.now();
    let written = select_next_change(tx, now)?;
    // Over, not written down, and going to be silent too: the row has only the first of the two
    // times. Few rows, unless the scheduler stands still.
    let unwritten = select_next_silence(tx, now, silent(now))?.map(|at| at.plus(SILENCE));
    Ok(written.into_iter().chain(unwritten).min())
}

/// A part of a list, newest first.
pub(crate) fn page(tx: &mut Tx<'_>, filter: &Filter, slice: &Slice) -> Result<Vec<Listed>> {
    let now = tx.now();
    let (at, id) = (slice.before.0, slice.before.1.as_str());
    let (limit, offset) = (slice.limit, slice.offset);
    let (status, category, city) = filter.text();
    match (filter.scope, filter.status) {
        (Scope::All, Some(Status::Active)) => match (filter.category, &filter.city_key) {
            (None, None) => active(tx, now, at, id, limit, offset),
            (Some(c), None) => active_category(tx, now, at, id, limit, offset, c),
            (None, Some(city)) => active_city(tx, now, at, id, limit, offset, city),
            (Some(c), Some(city)) => active_both(tx, now, at, id, limit, offset, c, city),
        },
        (Scope::All, _) => any(
            tx,
            now,
            silent(now),
            status,
            category,
            city,
            at,
            id,
            limit,
            offset,
        ),
        (Scope::PostedBy(user), _) => any_posted(
            tx,
            now,
            silent(now),
            status,
            category,
            city,
            at,
            id,
            limit,
            offset,
            user,
        ),
        (Scope::TakenBy(user), _) => any_taken(
            tx,
            now,
            silent(now),
            status,
            category,
            city,
            at,
            id,
            limit,
            offset,
            user,
        ),
    }
}

/// A part of everybody's orders, or of one customer's, also those that were taken back: for the
/// staff. The scope of `filter` does not count.
pub(crate) fn page_for_staff(
    tx: &mut Tx<'_>,
    filter: &Filter,
    customer: Option<UserId>,
    (at, id): (Timestamp, &str),
    limit: i64,
) -> Result<Vec<Listed>> {
    let now = tx.now();
    let (status, category, city) = filter.text();
    let silent = silent(now);
    match customer {
        Some(user) => any_posted(
            tx, now, silent, status, category, city, at, id, limit, 0, user,
        ),
        None => any_at_all(tx, now, silent, status, category, city, at, id, limit, 0),
    }
}

/// How many orders the whole list has.
pub(crate) fn count(tx: &mut Tx<'_>, filter: &Filter) -> Result<i64> {
    let now = tx.now();
    let (status, category, city) = filter.text();
    let count = match (filter.scope, filter.status) {
        (Scope::All, Some(Status::Active)) => match (filter.category, &filter.city_key) {
            (None, None) => count_active(tx, now)?,
            (Some(c), None) => count_active_category(tx, now, c)?,
            (None, Some(city)) => count_active_city(tx, now, city)?,
            (Some(c), Some(city)) => count_active_both(tx, now, c, city)?,
        },
        (Scope::All, _) => count_any(tx, now, silent(now), status, category, city)?,
        (Scope::PostedBy(user), _) => {
            count_posted(tx, now, silent(now), status, category, city, user)?
        }
        (Scope::TakenBy(user), _) => {
            count_taken(tx, now, silent(now), status, category, city, user)?
        }
    };
    Ok(count.0)
}

/// Every order of the filter within the box, newest first. The box is coarse; the circle is for
/// the caller.
pub(crate) fn located(
    tx: &mut Tx<'_>,
    filter: &Filter,
    bounds: &BoundingBox,
) -> Result<Vec<Located>> {
    let now = tx.now();
    let (status, category, city) = filter.text();
    let (lon, lon2) = (bounds.lon, bounds.lon2);
    let rows = located_rows(
        tx,
        now,
        silent(now),
        status,
        category,
        city,
        bounds.south,
        bounds.north,
        lon.0,
        lon.1,
        lon2.0,
        lon2.1,
    )?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Located {
                place: Point::from_micro(row.lat_micro, row.lon_micro)?,
                id: row.id,
                created_at: row.created_at,
            })
        })
        .collect())
}

/// The orders of the filter within the box that were posted from `from` to `to`, newest first.
pub(crate) fn within(
    tx: &mut Tx<'_>,
    filter: &Filter,
    bounds: &BoundingBox,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<Listed>> {
    let now = tx.now();
    let (status, category, city) = filter.text();
    let (lon, lon2) = (bounds.lon, bounds.lon2);
    near_between(
        tx,
        now,
        silent(now),
        status,
        category,
        city,
        bounds.south,
        bounds.north,
        lon.0,
        lon.1,
        lon2.0,
        lon2.1,
        from,
        to,
    )
}

impl FromRow for Listed {
    const COLUMNS: &'static [Column] = &[
        column::<String>("id"),
        column::<UserId>("customer_id"),
        column::<Category>("category"),
        column::<String>("city"),
        column::<String>("description"),
        column::<Option<i64>>("lat_micro"),
        column::<Option<i64>>("lon_micro"),
        column::<Status>("status"),
        column::<Timestamp>("created_at"),
        column::<Option<Timestamp>>("first_take_at"),
        column::<Option<Timestamp>>("responded_at"),
        column::<String>("taken_by"),
        column::<Option<i64>>("rating"),
        column::<Option<String>>("review_comment"),
        column::<i64>("takes"),
    ];

    fn from_row(row: &Row<'_>) -> Result<Self> {
        let place = row.int(5)?.zip(row.int(6)?);
        let order = Order {
            id: order_id(row, 0)?,
            customer: UserId::from_column(row, 1)?,
            category: Category::from_column(row, 2)?,
            city: String::from_column(row, 3)?,
            description: String::from_column(row, 4)?,
            contact: Contact::from_stored(String::new(), String::new()),
            place: place.and_then(|(lat, lon)| Point::from_micro(lat, lon)),
            status: Status::from_column(row, 7)?,
            created_at: Timestamp::from_column(row, 8)?,
            first_take_at: row.time(9)?,
            responded_at: row.time(10)?,
            completed_by: None,
            rating: row.int(12)?.and_then(Rating::from_stars),
            review_comment: Option::<String>::from_column(row, 13)?,
        };
        Ok(Self {
            order,
            taken_by: String::from_column(row, 11)?,
            takes: i64::from_column(row, 14)?,
        })
    }
}
