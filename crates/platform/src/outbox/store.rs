//! SQL of outbox, stream and deliveries.

use crate::Timestamp;
use crate::db::{Changed, Locked, One};

crate::row! {
    /// An event that the relay has not moved yet.
    pub(super) struct Waiting {
        pub(super) id: i64,
        pub(super) topic: String,
        pub(super) aggregate: String,
        pub(super) payload: String,
        pub(super) created_at: Timestamp,
    }
}

crate::row! {
    /// An event in the stream.
    #[derive(Debug, Clone)]
    pub(super) struct Streamed {
        pub(super) id: i64,
        pub(super) topic: String,
        pub(super) aggregate: String,
        pub(super) payload: String,
        pub(super) created_at: Timestamp,
    }
}

crate::row! {
    /// The delivery that a worker is about to claim.
    pub(super) struct Due {
        pub(super) id: i64,
        pub(super) sink: String,
        pub(super) topic: String,
        pub(super) aggregate: String,
        pub(super) payload: String,
        pub(super) attempts: i64,
        pub(super) epoch: i64,
        pub(super) created_at: Timestamp,
    }
}

crate::row! {
    /// A delivery that was given up.
    #[derive(Debug, Clone)]
    pub struct DeadLetter {
        /// Number.
        pub id: i64,
        /// The queue of whoever did not take it.
        pub sink: String,
        /// What had happened.
        pub topic: String,
        /// What it is about.
        pub aggregate: String,
        /// JSON.
        pub payload: String,
        /// Attempts made.
        pub attempts: i64,
        /// What the last one said.
        pub last_error: Option<String>,
        /// When the event was committed.
        pub created_at: Timestamp,
    }
}

crate::sql! {
    pub(super) fn insert_event(topic: &str, aggregate: &str, payload: &str, at: Timestamp) -> () =
        "INSERT INTO platform_outbox (topic, aggregate, payload, created_at)
         VALUES ($1, $2, $3, $4)";
    pub(super) fn lock_relay() -> Option<Locked<i64>> =
        "SELECT last_stream_id FROM platform_relay WHERE id = 1 FOR UPDATE SKIP LOCKED";
    pub(super) fn waiting(limit: i64) -> Vec<Waiting> =
        "SELECT id, topic, aggregate, payload, created_at FROM platform_outbox
         ORDER BY id LIMIT $1";
    pub(super) fn delete_event(id: i64) -> () = "DELETE FROM platform_outbox WHERE id = $1";
    pub(super) fn insert_streamed(
        id: i64, topic: &str, aggregate: &str, payload: &str, at: Timestamp,
    ) -> () =
        "INSERT INTO platform_stream (id, topic, aggregate, payload, created_at)
         VALUES ($1, $2, $3, $4, $5)";
    pub(super) fn set_last_stream_id(id: i64) -> () =
        "UPDATE platform_relay SET last_stream_id = $1 WHERE id = 1";
    pub(super) fn insert_delivery(
        sink: &str, topic: &str, aggregate: &str, payload: &str, due: Timestamp, at: Timestamp,
    ) -> () =
        "INSERT INTO platform_deliveries
           (sink, topic, aggregate, payload, state, attempts, epoch, due_at, created_at)
         VALUES ($1, $2, $3, $4, 'pending', 0, 0, $5, $6)";

    pub(super) fn streamed_after(id: i64, limit: i64) -> Vec<Streamed> =
        "SELECT id, topic, aggregate, payload, created_at FROM platform_stream
         WHERE id > $1 ORDER BY id LIMIT $2";
    pub(super) fn last_stream_id() -> One<i64> =
        "SELECT last_stream_id FROM platform_relay WHERE id = 1";
    pub(super) fn first_stream_id() -> Option<i64> =
        "SELECT id FROM platform_stream ORDER BY id LIMIT 1";
    pub(super) fn delete_streamed_before(at: Timestamp) -> u64 =
        "DELETE FROM platform_stream WHERE created_at < $1";

    /// Queues in which something is due, be it behind something that is not.
    pub(super) fn due_queues(now: Timestamp) -> Vec<String> =
        "SELECT DISTINCT sink FROM platform_deliveries WHERE state = 'pending' AND due_at <= $1";
    /// The oldest delivery of each aggregate of a queue, where it is due. A claim moves `due_at`
    /// to the end of its lease, so a claimed head is not due and what stands behind it is not a
    /// head.
    pub(super) fn due_heads(queue: &str, now: Timestamp, limit: i64) -> Vec<Locked<Due>> =
        "/* plan anew */
         SELECT id, sink, topic, aggregate, payload, attempts, epoch, created_at
         FROM platform_deliveries AS d
         WHERE sink = $1 AND state = 'pending' AND due_at <= $2 AND id = (
             SELECT e.id FROM platform_deliveries AS e
             WHERE e.sink = d.sink AND e.aggregate = d.aggregate AND e.state = 'pending'
             ORDER BY e.aggregate, e.id LIMIT 1)
         ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED";
    /// Whether there is one.
    pub(super) fn first_due_head(queue: &str, now: Timestamp) -> Option<i64> =
        "/* plan anew */
         SELECT id FROM platform_deliveries AS d
         WHERE sink = $1 AND state = 'pending' AND due_at <= $2 AND id = (
             SELECT e.id FROM platform_deliveries AS e
             WHERE e.sink = d.sink AND e.aggregate = d.aggregate AND e.state = 'pending'
             ORDER BY e.aggregate, e.id LIMIT 1)
         ORDER BY due_at, id LIMIT 1";
    pub(super) fn claim(id: i64, epoch: i64, until: Timestamp) -> () =
        "UPDATE platform_deliveries SET epoch = $2, due_at = $3 WHERE id = $1";
    pub(super) fn delivered(id: i64, epoch: i64) -> u64 =
        "DELETE FROM platform_deliveries WHERE id = $1 AND epoch = $2 AND state = 'pending'";
    pub(super) fn postpone(id: i64, epoch: i64, due: Timestamp, error: &str) -> u64 =
        "UPDATE platform_deliveries
         SET attempts = attempts + 1, due_at = $3, last_error = $4
         WHERE id = $1 AND epoch = $2 AND state = 'pending'";
    pub(super) fn park(id: i64, epoch: i64, error: &str) -> u64 =
        "UPDATE platform_deliveries
         SET attempts = attempts + 1, state = 'dead', last_error = $3
         WHERE id = $1 AND epoch = $2 AND state = 'pending'";
    /// When something will be due that is not yet. What is due and cannot be delivered stands
    /// behind such a thing.
    pub(super) fn next_due(now: Timestamp) -> Option<Timestamp> =
        "SELECT due_at FROM platform_deliveries WHERE state = 'pending' AND due_at > $1
         ORDER BY due_at LIMIT 1";

    pub(super) fn dead_letters(after: i64, limit: i64) -> Vec<DeadLetter> =
        "SELECT id, sink, topic, aggregate, payload, attempts, last_error, created_at
         FROM platform_deliveries WHERE state = 'dead' AND id > $1 ORDER BY id LIMIT $2";
    pub(super) fn edit(id: i64, payload: &str) -> Changed =
        "UPDATE platform_deliveries SET payload = $2 WHERE id = $1 AND state = 'dead'";
    pub(super) fn revive(id: i64, due: Timestamp) -> Changed =
        "UPDATE platform_deliveries SET state = 'pending', attempts = 0, due_at = $2
         WHERE id = $1 AND state = 'dead'";
    pub(super) fn drop_dead(id: i64) -> Changed =
        "DELETE FROM platform_deliveries WHERE id = $1 AND state = 'dead'";
    pub(super) fn delete_queue(queue: &str) -> u64 =
        "DELETE FROM platform_deliveries WHERE sink = $1";
    pub(super) fn count_waiting() -> One<i64> = "SELECT count(*) FROM platform_outbox";
    pub(super) fn count_deliveries(state: &str) -> One<i64> =
        "SELECT count(*) FROM platform_deliveries WHERE state = $1";
}
