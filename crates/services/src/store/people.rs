//! SQL of profiles: counters, ratings, subscriptions.

use crate::domain::{Category, Preferences, fold};
use torg_platform::db::{Locked, Tx};
use torg_platform::{Timestamp, UserId};

torg_platform::row! {
    /// What this market knows of a person.
    #[derive(Debug, Clone)]
    pub(crate) struct Profile {
        pub(crate) completed_orders: i64,
        pub(crate) rating_sum: i64,
        pub(crate) rating_count: i64,
        pub(crate) categories: String,
        pub(crate) cities: String,
        pub(crate) notify_enabled: bool,
        pub(crate) notify_frequency: i64,
    }
}

/// Minutes between two notices unless the person asks for something else.
pub(crate) const DEFAULT_FREQUENCY_MINUTES: i64 = 10;

impl Default for Profile {
    /// A person of whom nothing is known yet.
    fn default() -> Self {
        Self {
            completed_orders: 0,
            rating_sum: 0,
            rating_count: 0,
            categories: "[]".to_owned(),
            cities: "[]".to_owned(),
            notify_enabled: true,
            notify_frequency: DEFAULT_FREQUENCY_MINUTES,
        }
    }
}

torg_platform::row! {
    /// An executor as somebody who wants to be told of orders.
    #[derive(Debug, Clone)]
    pub(crate) struct Subscriber {
        pub(crate) user_id: UserId,
        pub(crate) notify_enabled: bool,
        pub(crate) notify_frequency: i64,
        pub(crate) last_notified_at: Option<Timestamp>,
    }
}

torg_platform::sql! {
    /// The subscribers of such orders after `after` up to `last`, in the order of their ids.
    pub(crate) fn lock_subscribers(
        category: Category, city_key: &str, after: UserId, last: UserId,
    ) -> Vec<Locked<Subscriber>> =
        "SELECT user_id, notify_enabled, notify_frequency, last_notified_at
         FROM services_profiles WHERE user_id IN (
             SELECT user_id FROM services_subscriptions
             WHERE category = $1 AND city_key = $2 AND user_id > $3 AND user_id <= $4)
         ORDER BY user_id FOR UPDATE";
    pub(crate) fn subscribed_after(
        category: Category, city_key: &str, after: UserId, limit: i64,
    ) -> Vec<UserId> =
        "SELECT user_id FROM services_subscriptions
         WHERE category = $1 AND city_key = $2 AND user_id > $3 ORDER BY user_id LIMIT $4";
    pub(crate) fn lock_subscriber(user: UserId) -> Option<Locked<Subscriber>> =
        "SELECT user_id, notify_enabled, notify_frequency, last_notified_at
         FROM services_profiles WHERE user_id = $1 FOR UPDATE";
    pub(crate) fn set_notified(user: UserId, at: Timestamp) -> () =
        "UPDATE services_profiles SET last_notified_at = $2 WHERE user_id = $1";
    fn unsubscribe(user: UserId) -> () = "DELETE FROM services_subscriptions WHERE user_id = $1";
    fn subscribe(category: Category, city_key: &str, user: UserId) -> () =
        "INSERT INTO services_subscriptions (category, city_key, user_id) VALUES ($1, $2, $3)
         ON CONFLICT (category, city_key, user_id) DO NOTHING";

    fn select(user: UserId) -> Option<Profile> =
        "SELECT completed_orders, rating_sum, rating_count, categories, cities, notify_enabled,
                notify_frequency
         FROM services_profiles WHERE user_id = $1";
    fn insert_missing(user: UserId, frequency: i64) -> () =
        "INSERT INTO services_profiles (user_id, completed_orders, rating_sum, rating_count,
                                        categories, cities, notify_enabled, notify_frequency)
         VALUES ($1, 0, 0, 0, '[]', '[]', TRUE, $2) ON CONFLICT (user_id) DO NOTHING";
    fn update_completed(user: UserId) -> () =
        "UPDATE services_profiles SET completed_orders = completed_orders + 1
         WHERE user_id = $1";
    fn update_rating(user: UserId, rating: i64) -> () =
        "UPDATE services_profiles
         SET rating_sum = rating_sum + $2, rating_count = rating_count + 1 WHERE user_id = $1";
    fn update_recounted(user: UserId) -> () =
        "UPDATE services_profiles
         SET (rating_sum, rating_count) = (
             SELECT CAST(COALESCE(SUM(r.rating), 0) AS BIGINT), count(*)
             FROM services_reviews r WHERE r.executor_id = $1 AND NOT EXISTS (
                 SELECT 1 FROM services_hidden_reviews h WHERE h.review_id = r.id))
         WHERE user_id = $1";
    fn update_preferences(user: UserId, categories: &str, cities: &str) -> () =
        "UPDATE services_profiles SET categories = $2, cities = $3 WHERE user_id = $1";
    fn update_notices(user: UserId, enabled: Option<bool>, frequency: Option<i64>) -> () =
        "UPDATE services_profiles
         SET notify_enabled = COALESCE($2, notify_enabled),
             notify_frequency = COALESCE($3, notify_frequency)
         WHERE user_id = $1";
}

/// What is known of `user`; the defaults when nothing is.
pub(crate) fn profile(tx: &mut Tx<'_>, user: UserId) -> torg_platform::db::Result<Profile> {
    Ok(select(tx, user)?.unwrap_or_default())
}

/// Counts one more completed order of `executor`.
pub(crate) fn add_completed(tx: &mut Tx<'_>, executor: UserId) -> torg_platform::db::Result<()> {
    insert_missing(tx, executor, DEFAULT_FREQUENCY_MINUTES)?;
    update_completed(tx, executor)
}

/// Adds one review to the rating of `executor`.
pub(crate) fn add_rating(
    tx: &mut Tx<'_>,
    executor: UserId,
    stars: i64,
) -> torg_platform::db::Result<()> {
    insert_missing(tx, executor, DEFAULT_FREQUENCY_MINUTES)?;
    update_rating(tx, executor, stars)
}

/// Computes the rating of `executor` anew, without the reviews that are hidden.
pub(crate) fn recount_rating(tx: &mut Tx<'_>, executor: UserId) -> torg_platform::db::Result<()> {
    // Whoever adds a review meanwhile has either added its stars before this lock, or does so
    // after us: the statement below sees what was committed when it begins.
    lock_subscriber(tx, executor)?;
    update_recounted(tx, executor)
}

/// Replaces the subscription of `user`; `categories` and `cities` are its lists as JSON arrays.
pub(crate) fn set_preferences(
    tx: &mut Tx<'_>,
    user: UserId,
    wanted: &Preferences,
    categories: &str,
    cities: &str,
) -> torg_platform::db::Result<()> {
    insert_missing(tx, user, DEFAULT_FREQUENCY_MINUTES)?;
    // The row is locked by this update before the subscriptions change.
    update_preferences(tx, user, categories, cities)?;
    unsubscribe(tx, user)?;
    for city in &wanted.cities {
        let city_key = fold(city);
        for category in &wanted.categories {
            subscribe(tx, *category, &city_key, user)?;
        }
    }
    Ok(())
}

/// Changes the notice settings of `user`; what is absent stays.
pub(crate) fn set_notices(
    tx: &mut Tx<'_>,
    user: UserId,
    enabled: Option<bool>,
    frequency: Option<i64>,
) -> torg_platform::db::Result<()> {
    insert_missing(tx, user, DEFAULT_FREQUENCY_MINUTES)?;
    update_notices(tx, user, enabled, frequency)
}
