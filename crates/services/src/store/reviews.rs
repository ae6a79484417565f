//! SQL of reviews and complaints.

use torg_platform::{Timestamp, UserId};

torg_platform::row! {
    /// A review with what its list shows of the order.
    #[derive(Debug, Clone)]
    pub(crate) struct ReviewRow {
        pub(crate) id: i64,
        pub(crate) order_id: String,
        pub(crate) executor_id: UserId,
        pub(crate) author_id: UserId,
        pub(crate) author_name: String,
        pub(crate) rating: i64,
        pub(crate) comment: Option<String>,
        pub(crate) created_at: Timestamp,
        pub(crate) category: crate::domain::Category,
        pub(crate) description: String,
        pub(crate) city: String,
        pub(crate) contact_shown: String,
    }
}

torg_platform::row! {
    /// A review as the staff sees it.
    #[derive(Debug, Clone)]
    pub(crate) struct StaffReview {
        pub(crate) id: i64,
        pub(crate) order_id: String,
        pub(crate) executor_id: UserId,
        pub(crate) author_id: UserId,
        pub(crate) author_name: String,
        pub(crate) rating: i64,
        pub(crate) comment: Option<String>,
        pub(crate) created_at: Timestamp,
        pub(crate) hidden_at: Option<Timestamp>,
        pub(crate) hidden_by: Option<String>,
        pub(crate) hidden_reason: Option<String>,
    }
}

macro_rules! staff_reviews {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.order_id, r.executor_id, r.author_id, r.author_name, r.rating, \
             r.comment, r.created_at, h.hidden_at, h.hidden_by, h.reason AS hidden_reason \
             FROM services_reviews r \
             LEFT JOIN services_hidden_reviews h ON h.review_id = r.id ",
            $rest
        )
    };
}

torg_platform::sql! {
    pub(crate) fn find_review(id: i64) -> Option<StaffReview> = staff_reviews!("WHERE r.id = $1");
    pub(crate) fn reviews_of(order: &str) -> Vec<StaffReview> =
        staff_reviews!("WHERE r.order_id = $1 ORDER BY r.id");
    /// Before number `before`, newest first.
    pub(crate) fn all_reviews(before: i64, limit: i64) -> Vec<StaffReview> =
        staff_reviews!("WHERE r.id < $1 ORDER BY r.id DESC LIMIT $2");
    pub(crate) fn shown_reviews(before: i64, limit: i64) -> Vec<StaffReview> =
        staff_reviews!("WHERE r.id < $1 AND h.review_id IS NULL ORDER BY r.id DESC LIMIT $2");
    pub(crate) fn hidden_reviews(before: i64, limit: i64) -> Vec<StaffReview> =
        "SELECT r.id, r.order_id, r.executor_id, r.author_id, r.author_name, r.rating,
                r.comment, r.created_at, h.hidden_at, h.hidden_by, h.reason AS hidden_reason
         FROM services_hidden_reviews h JOIN services_reviews r ON r.id = h.review_id
         WHERE h.review_id < $1 ORDER BY h.review_id DESC LIMIT $2";
    /// Hides a review; 0 when it is hidden already.
    pub(crate) fn hide(review: i64, at: Timestamp, by: &str, reason: &str) -> u64 =
        "INSERT INTO services_hidden_reviews (review_id, hidden_at, hidden_by, reason)
         VALUES ($1, $2, $3, $4) ON CONFLICT (review_id) DO NOTHING";
    /// Shows it again; 0 when it is shown already.
    pub(crate) fn show(review: i64) -> u64 =
        "DELETE FROM services_hidden_reviews WHERE review_id = $1";

    /// Number of the new review; none when this executor was reviewed before.
    pub(crate) fn insert_review(
        order: &str, executor: UserId, author: UserId, author_name: &str, rating: i64,
        comment: Option<&str>, at: Timestamp,
    ) -> Option<i64> =
        "INSERT INTO services_reviews
           (order_id, executor_id, author_id, author_name, rating, comment, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (order_id, executor_id) DO NOTHING RETURNING id";
    /// Adds the words to stars that were given without any.
    pub(crate) fn add_comment(
        order: &str, executor: UserId, author: UserId, comment: &str,
    ) -> Option<i64> =
        "UPDATE services_reviews SET comment = $4
         WHERE order_id = $1 AND executor_id = $2 AND author_id = $3 AND comment IS NULL
         RETURNING rating";
    pub(crate) fn reviewed_executors(order: &str) -> Vec<UserId> =
        "SELECT executor_id FROM services_reviews WHERE order_id = $1";
    /// Number of the new complaint; none when there is one of this executor.
    pub(crate) fn insert_complaint(
        order: &str, executor: UserId, reason: &str, comment: Option<&str>, at: Timestamp,
    ) -> Option<i64> =
        "INSERT INTO services_complaints (order_id, executor_id, reason, comment, created_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (order_id, executor_id) DO NOTHING RETURNING id";
    pub(crate) fn has_reviewed(order: &str, author: UserId) -> Option<i64> =
        "SELECT id FROM services_reviews WHERE order_id = $1 AND author_id = $2 LIMIT 1";
    pub(crate) fn has_complained(order: &str, executor: UserId) -> Option<i64> =
        "SELECT id FROM services_complaints WHERE order_id = $1 AND executor_id = $2";

    /// Newest first. Absent filters are NULL. What is hidden is there for its author only; nobody
    /// has the id 0.
    pub(crate) fn list_reviews(
        rating: Option<i64>, executor: Option<UserId>, author: Option<UserId>, limit: i64,
        reader: UserId,
    ) -> Vec<ReviewRow> =
        "SELECT r.id, r.order_id, r.executor_id, r.author_id, r.author_name, r.rating, r.comment,
                r.created_at, o.category, o.description, o.city, o.contact_shown
         FROM services_reviews AS r JOIN services_orders AS o ON o.id = r.order_id
         WHERE (CAST($1 AS BIGINT) IS NULL OR r.rating = $1)
           AND (CAST($2 AS BIGINT) IS NULL OR r.executor_id = $2)
           AND (CAST($3 AS BIGINT) IS NULL OR r.author_id = $3)
           AND (r.author_id = $5 OR NOT EXISTS (
               SELECT 1 FROM services_hidden_reviews h WHERE h.review_id = r.id))
         ORDER BY r.id DESC LIMIT $4";
}
