//! Orders one at a time.

use super::stored;
use crate::domain::{Category, Contact, Order, OrderId, Point, Rating, Status, fold};
use torg_platform::db::{Changed, Column, FromColumn, FromRow, Locked, One, Result, Row, Tx};
use torg_platform::money::{Money, Rub};
use torg_platform::{Timestamp, UserId};

/// An order with what its row keeps beside it.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    /// The order, contact included.
    pub(crate) order: Order,
    /// Folded city, for topics.
    pub(crate) city_key: String,
    /// How many have taken it.
    pub(crate) takes: i64,
    /// Who has, as JSON for the wire.
    pub(crate) taken_by: String,
}

impl Stored {
    /// An order that has just been stored.
    pub(crate) fn fresh(order: Order) -> Self {
        Self {
            city_key: fold(&order.city),
            order,
            takes: 0,
            taken_by: "[]".to_owned(),
        }
    }
}

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, customer_id, category, city, city_key, description, contact_shown, \
             contact_key, lat_micro, lon_micro, status, created_at, first_take_at, responded_at, \
             completed_by, takes, taken_by, rating, review_comment FROM services_orders ",
            $rest
        )
    };
}

torg_platform::sql! {
    fn select(id: &str) -> Option<Stored> = columns!("WHERE id = $1");
    fn select_locked(id: &str) -> Option<Locked<Stored>> = columns!("WHERE id = $1 FOR UPDATE");
    fn select_holder(contact_key: &str) -> Option<Locked<Stored>> =
        columns!("WHERE contact_key = $1 AND status = 'active' FOR UPDATE");
    fn select_due(now: Timestamp, limit: i64) -> Vec<Locked<Stored>> =
        columns!("WHERE deadline_at <= $1 ORDER BY deadline_at LIMIT $2 FOR UPDATE SKIP LOCKED");

    fn insert_row(
        id: &str, customer: UserId, category: Category, city: &str, city_key: &str,
        description: &str, contact_shown: &str, contact_key: &str,
        lat: Option<i64>, lon: Option<i64>, now: Timestamp, expires_at: Timestamp,
    ) -> u64 =
        "INSERT INTO services_orders (id, customer_id, category, city, city_key, description,
            contact_shown, contact_key, lat_micro, lon_micro, status, created_at, expires_at,
            deadline_at, takes, taken_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'active', $11, $12, $12, 0, '[]', $11)
         ON CONFLICT (contact_key) WHERE status = 'active' DO NOTHING";

    fn update_text(
        id: &str, category: Category, description: &str, contact_shown: &str, contact_key: &str,
        now: Timestamp,
    ) -> Changed =
        "UPDATE services_orders SET category = $2, description = $3, contact_shown = $4,
            contact_key = $5, updated_at = $6
         WHERE id = $1 AND status = 'active' AND takes = 0";

    fn update_taken(
        id: &str, takes: i64, taken_by: &str, first_take_at: Option<Timestamp>,
        deadline_at: Option<Timestamp>, now: Timestamp,
    ) -> () =
        "UPDATE services_orders SET takes = $2, taken_by = $3, first_take_at = $4,
            deadline_at = $5, updated_at = $6,
            remind_at = CASE WHEN takes = 0 THEN $6 ELSE remind_at END
         WHERE id = $1 AND status = 'active' AND takes + 1 = $2";

    fn update_state(
        id: &str, was: Status, status: Status, deadline_at: Option<Timestamp>,
        responded_at: Option<Timestamp>, completed_by: Option<UserId>, now: Timestamp,
        waits: bool,
    ) -> Changed =
        "UPDATE services_orders SET status = $3, deadline_at = $4, responded_at = $5,
            completed_by = $6, updated_at = $7,
            remind_at = CASE WHEN $8 THEN remind_at END
         WHERE id = $1 AND status = $2";

    /// How many orders of `customer` are active now.
    pub(crate) fn count_active_of(customer: UserId, now: Timestamp) -> One<i64> =
        "SELECT count(*) FROM services_orders
         WHERE customer_id = $1 AND status = 'active' AND deadline_at > $2";

    /// Shows the latest review on the order.
    pub(crate) fn set_review(id: &str, stars: i64, comment: Option<&str>) -> () =
        "UPDATE services_orders SET rating = $2, review_comment = $3 WHERE id = $1";

    /// Shows the latest review on the order that is not hidden, or none.
    pub(crate) fn show_latest_review(id: &str) -> () =
        "UPDATE services_orders SET (rating, review_comment) = (
             SELECT r.rating, r.comment FROM services_reviews r WHERE r.order_id = $1
                 AND NOT EXISTS (
                     SELECT 1 FROM services_hidden_reviews h WHERE h.review_id = r.id)
             ORDER BY r.id DESC LIMIT 1)
         WHERE id = $1";

    /// Orders whose customers are due to be reminded.
    pub(crate) fn lock_to_remind(now: Timestamp, limit: i64) -> Vec<Locked<Stored>> =
        columns!("WHERE remind_at <= $1 ORDER BY remind_at LIMIT $2 FOR UPDATE SKIP LOCKED");
    pub(crate) fn next_reminder() -> Option<Timestamp> =
        "SELECT remind_at FROM services_orders WHERE remind_at IS NOT NULL
         ORDER BY remind_at LIMIT 1";
    pub(crate) fn set_reminder(id: &str, remind_at: Option<Timestamp>) -> () =
        "UPDATE services_orders SET remind_at = $2 WHERE id = $1";

    /// When the order's row was last given a text, a take or a state.
    pub(crate) fn changed_at(id: &str) -> Option<Timestamp> =
        "SELECT updated_at FROM services_orders WHERE id = $1";
    /// Own orders that are not over, newest first; some may be over by time.
    pub(crate) fn open_of(customer: UserId, limit: i64) -> Vec<String> =
        "SELECT id FROM services_orders WHERE customer_id = $1 AND deadline_at IS NOT NULL
         ORDER BY created_at DESC, id DESC LIMIT $2";
    /// The same of those that this executor took.
    pub(crate) fn open_taken_by(executor: UserId, limit: i64) -> Vec<String> =
        "SELECT o.id FROM services_takes t JOIN services_orders o ON o.id = t.order_id
         WHERE t.executor_id = $1 AND o.deadline_at IS NOT NULL
         ORDER BY t.taken_at DESC, o.id DESC LIMIT $2";

    /// Everything that `customer` posted.
    pub(crate) fn count_of(customer: UserId) -> One<i64> =
        "SELECT count(*) FROM services_orders WHERE customer_id = $1";
    /// Everything that `executor` took.
    pub(crate) fn count_taken_by(executor: UserId) -> One<i64> =
        "SELECT count(*) FROM services_takes WHERE executor_id = $1";
    /// Names of the newest orders of `customer`.
    pub(crate) fn newest_of(customer: UserId, limit: i64) -> Vec<String> =
        "SELECT id FROM services_orders WHERE customer_id = $1
         ORDER BY created_at DESC, id DESC LIMIT $2";
    /// The newest takes of `executor`: of which order, when and for how much.
    pub(crate) fn newest_taken_by(
        executor: UserId, limit: i64,
    ) -> Vec<(String, Timestamp, Money<Rub>)> =
        "SELECT order_id, taken_at, price_minor FROM services_takes WHERE executor_id = $1
         ORDER BY taken_at DESC, order_id DESC LIMIT $2";

    fn select_next_deadline() -> Option<Timestamp> =
        "SELECT deadline_at FROM services_orders WHERE deadline_at IS NOT NULL
         ORDER BY deadline_at LIMIT 1";
}

/// The order of that name.
pub(crate) fn find(tx: &mut Tx<'_>, id: &OrderId) -> Result<Option<Stored>> {
    select(tx, id.as_str())
}

/// The order of that name, to be changed.
pub(crate) fn lock(tx: &mut Tx<'_>, id: &OrderId) -> Result<Option<Locked<Stored>>> {
    select_locked(tx, id.as_str())
}

/// The order that is written down as active with this contact. It may be over by time.
pub(crate) fn lock_holder(tx: &mut Tx<'_>, contact: &Contact) -> Result<Option<Locked<Stored>>> {
    select_holder(tx, contact.key())
}

/// Orders that time has changed and nobody has written down yet, oldest deadline first; those
/// that somebody else works on are left out.
pub(crate) fn lock_due(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Locked<Stored>>> {
    let now = tx.now();
    select_due(tx, now, limit)
}

/// When time changes some order next.
pub(crate) fn next_deadline(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    select_next_deadline(tx)
}

/// Stores a new order unless its contact has one that is written down as active.
pub(crate) fn insert(tx: &mut Tx<'_>, order: &Order) -> Result<bool> {
    let (lat, lon) = order.place.map(Point::micro).unzip();
    let inserted = insert_row(
        tx,
        order.id.as_str(),
        order.customer,
        order.category,
        &order.city,
        &fold(&order.city),
        &order.description,
        order.contact.shown(),
        order.contact.key(),
        lat,
        lon,
        order.created_at,
        order.expires_at(),
    )?;
    Ok(inserted == 1)
}

/// Writes category, description and contact of `order` over those of `was`. Another active order
/// with the new contact is [`torg_platform::db::Error::Unique`].
pub(crate) fn save_text(tx: &mut Tx<'_>, was: &Locked<Stored>, order: &Order) -> Result<()> {
    let at = tx.now();
    let _one: Changed = update_text(
        tx,
        was.order.id.as_str(),
        order.category,
        &order.description,
        order.contact.shown(),
        order.contact.key(),
        at,
    )?;
    Ok(())
}

/// Writes that one more executor has taken it; the take itself is a row of its own.
pub(crate) fn save_taken(tx: &mut Tx<'_>, was: &Locked<Stored>, now: &Stored) -> Result<()> {
    let at = tx.now();
    update_taken(
        tx,
        was.order.id.as_str(),
        now.takes,
        &now.taken_by,
        now.order.first_take_at,
        now.order.next_deadline().map(|(due, _)| due),
        at,
    )
}

/// Writes the status, answer and executor of `order` over those of `was`.
pub(crate) fn save_state(tx: &mut Tx<'_>, was: &Locked<Stored>, order: &Order) -> Result<()> {
    let (at, deadline) = (tx.now(), order.next_deadline().map(|(due, _)| due));
    let _one: Changed = update_state(
        tx,
        order.id.as_str(),
        was.order.status,
        order.status,
        deadline,
        order.responded_at,
        order.completed_by,
        at,
        order.stored_state().may_refund(),
    )?;
    Ok(())
}

impl FromRow for Stored {
    const COLUMNS: &'static [Column] = &[
        column::<String>("id"),
        column::<UserId>("customer_id"),
        column::<Category>("category"),
        column::<String>("city"),
        column::<String>("city_key"),
        column::<String>("description"),
        column::<String>("contact_shown"),
        column::<String>("contact_key"),
        column::<Option<i64>>("lat_micro"),
        column::<Option<i64>>("lon_micro"),
        column::<Status>("status"),
        column::<Timestamp>("created_at"),
        column::<Option<Timestamp>>("first_take_at"),
        column::<Option<Timestamp>>("responded_at"),
        column::<Option<UserId>>("completed_by"),
        column::<i64>("takes"),
        column::<String>("taken_by"),
        column::<Option<i64>>("rating"),
        column::<Option<String>>("review_comment"),
    ];

    fn from_row(row: &Row<'_>) -> Result<Self> {
        let contact =
            Contact::from_stored(String::from_column(row, 6)?, String::from_column(row, 7)?);
        let place = row.int(8)?.zip(row.int(9)?);
        let order = Order {
            id: order_id(row, 0)?,
            customer: UserId::from_column(row, 1)?,
            category: Category::from_column(row, 2)?,
            city: String::from_column(row, 3)?,
            description: String::from_column(row, 5)?,
            contact,
            place: place.and_then(|(lat, lon)| Point::from_micro(lat, lon)),
            status: Status::from_column(row, 10)?,
            created_at: Timestamp::from_column(row, 11)?,
            first_take_at: row.time(12)?,
            responded_at: row.time(13)?,
            completed_by: row.int(14)?.map(UserId),
            rating: row.int(17)?.and_then(Rating::from_stars),
            review_comment: Option::<String>::from_column(row, 18)?,
        };
        Ok(Self {
            order,
            city_key: String::from_column(row, 4)?,
            takes: i64::from_column(row, 15)?,
            taken_by: String::from_column(row, 16)?,
        })
    }
}

pub(super) const fn column<T: FromColumn>(name: &'static str) -> Column {
    Column {
        name,
        sql_type: T::TYPE,
        nullable: T::NULLABLE,
    }
}

/// An order's name as it is stored.
pub(super) fn order_id(row: &Row<'_>, index: usize) -> Result<OrderId> {
    let text = row.text(index)?.ok_or_else(|| row.null(index))?;
    OrderId::parse(text).ok_or_else(|| stored("OrderId", text))
}
