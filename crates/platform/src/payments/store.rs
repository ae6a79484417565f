//! SQL of payments, refunds and the inbox of notices.

use super::notice::{NoticeState, Outcome};
use super::payment::{Payment, State};
use super::refund::Refund;
use crate::db::{Changed, Locked, One};
use crate::{Timestamp, UserId};

crate::row! {
    /// A notice as it lies in the inbox.
    #[derive(Debug, Clone)]
    pub(super) struct Received {
        pub(super) provider: String,
        pub(super) event_id: String,
        pub(super) payment_id: Option<String>,
        pub(super) purpose: Option<String>,
        pub(super) subject: Option<String>,
        pub(super) outcome: Outcome,
        pub(super) charge_id: String,
        pub(super) amount_minor: Option<i64>,
        pub(super) currency: Option<String>,
        pub(super) state: NoticeState,
        pub(super) reason: Option<String>,
        pub(super) attempts: i64,
        pub(super) received_at: Timestamp,
    }
}

crate::sql! {
    pub(super) fn insert_payment(
        id: &str, purpose: &str, subject: &str, payer: Option<UserId>, provider: &str,
        currency: &str, amount: i64, at: Timestamp, expires: Option<Timestamp>, title: &str,
        asked: Option<i64>, asked_currency: Option<&str>,
    ) -> u64 =
        "INSERT INTO platform_payments
           (id, purpose, subject, payer, provider, currency, amount_minor, state, created_at,
            expires_at, title, asked_minor, asked_currency)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $9, $10, $11, $12)
         ON CONFLICT (id) DO NOTHING";
    pub(super) fn find_payment(id: &str) -> Option<Payment> =
        "SELECT id, purpose, subject, payer, provider, currency, amount_minor, state, charge_id,
             checkout, refunded_minor, created_at, expires_at, settled_at, title, asked_minor,
             asked_currency
         FROM platform_payments WHERE id = $1";
    pub(super) fn net(purpose: &str, currency: &str) -> One<i64> =
        "SELECT CAST(coalesce(sum(amount_minor - refunded_minor), 0) AS BIGINT)
         FROM platform_payments
         WHERE purpose = $1 AND currency = $2 AND state = 'paid'";
    pub(super) fn lock_payment(id: &str) -> Option<Locked<Payment>> =
        "SELECT id, purpose, subject, payer, provider, currency, amount_minor, state, charge_id,
             checkout, refunded_minor, created_at, expires_at, settled_at, title, asked_minor,
             asked_currency
         FROM platform_payments WHERE id = $1 FOR UPDATE";
    pub(super) fn payments_of(purpose: &str, subject: &str) -> Vec<Payment> =
        "SELECT id, purpose, subject, payer, provider, currency, amount_minor, state, charge_id,
             checkout, refunded_minor, created_at, expires_at, settled_at, title, asked_minor,
             asked_currency
         FROM platform_payments WHERE purpose = $1 AND subject = $2 ORDER BY created_at, id";
    pub(super) fn lock_pending_of(purpose: &str, subject: &str) -> Vec<Locked<Payment>> =
        "SELECT id, purpose, subject, payer, provider, currency, amount_minor, state, charge_id,
             checkout, refunded_minor, created_at, expires_at, settled_at, title, asked_minor,
             asked_currency
         FROM platform_payments WHERE purpose = $1 AND subject = $2 AND state = 'pending'
         ORDER BY created_at, id FOR UPDATE";
    pub(super) fn charged_to(provider: &str, charge: &str) -> Option<String> =
        "SELECT id FROM platform_payments WHERE provider = $1 AND charge_id = $2";
    pub(super) fn withdraw(id: &str, at: Timestamp) -> Changed =
        "UPDATE platform_payments SET state = 'withdrawn', settled_at = $2
         WHERE id = $1 AND state = 'pending'";
    pub(super) fn mark_paid(id: &str, before: State, charge: &str, at: Timestamp) -> Changed =
        "UPDATE platform_payments SET state = 'paid', charge_id = $3, settled_at = $4
         WHERE id = $1 AND state = $2 AND state <> 'paid'";
    pub(super) fn mark_failed(id: &str, at: Timestamp) -> Changed =
        "UPDATE platform_payments SET state = 'failed', settled_at = $2
         WHERE id = $1 AND state = 'pending'";
    pub(super) fn save_checkout(id: &str, json: &str) -> Changed =
        "UPDATE platform_payments SET checkout = $2 WHERE id = $1";

    pub(super) fn insert_notice(
        provider: &str, event_id: &str, payment: Option<&str>, purpose: Option<&str>,
        subject: Option<&str>, outcome: Outcome, charge: &str, amount: Option<i64>,
        currency: Option<&str>, body: &str, at: Timestamp,
    ) -> u64 =
        "INSERT INTO platform_inbox
           (provider, event_id, payment_id, purpose, subject, outcome, charge_id, amount_minor,
            currency, body, state, due_at, received_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', $11, $11)
         ON CONFLICT (provider, event_id) DO NOTHING";
    pub(super) fn lock_notice(provider: &str, event_id: &str) -> Option<Locked<Received>> =
        "SELECT provider, event_id, payment_id, purpose, subject, outcome, charge_id, amount_minor,
             currency, state, reason, attempts, received_at
         FROM platform_inbox WHERE provider = $1 AND event_id = $2 FOR UPDATE";
    pub(super) fn lock_due_notice(now: Timestamp) -> Option<Locked<Received>> =
        "SELECT provider, event_id, payment_id, purpose, subject, outcome, charge_id, amount_minor,
             currency, state, reason, attempts, received_at
         FROM platform_inbox WHERE state = 'waiting' AND due_at <= $1
         ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED";
    pub(super) fn next_due_notice() -> Option<Timestamp> =
        "SELECT due_at FROM platform_inbox WHERE state = 'waiting' ORDER BY due_at LIMIT 1";
    pub(super) fn settle_notice(
        provider: &str, event_id: &str, state: NoticeState, reason: Option<&str>,
    ) -> Changed =
        "UPDATE platform_inbox SET state = $3, reason = $4, due_at = NULL
         WHERE provider = $1 AND event_id = $2 AND state = 'waiting'";
    pub(super) fn postpone_notice(provider: &str, event_id: &str, due: Timestamp) -> Changed =
        "UPDATE platform_inbox SET attempts = attempts + 1, due_at = $3
         WHERE provider = $1 AND event_id = $2 AND state = 'waiting'";
    pub(super) fn flagged_after(
        at: Timestamp, provider: &str, event_id: &str, limit: i64,
    ) -> Vec<Received> =
        "SELECT provider, event_id, payment_id, purpose, subject, outcome, charge_id, amount_minor,
             currency, state, reason, attempts, received_at
         FROM platform_inbox
         WHERE state = 'flagged' AND (received_at, provider, event_id) > ($1, $2, $3)
         ORDER BY received_at, provider, event_id LIMIT $4";
    pub(super) fn resolve_notice(
        provider: &str, event_id: &str, at: Timestamp, by: &str, note: &str,
    ) -> u64 =
        "UPDATE platform_inbox
         SET state = 'resolved', resolved_at = $3, resolved_by = $4, note = $5
         WHERE provider = $1 AND event_id = $2 AND state = 'flagged'";

    pub(super) fn find_refund_by_op(op: &str) -> Option<Refund> =
        "SELECT id, op, payment_id, amount_minor, reason, requested_by, state, created_at,
             settled_at, failure
         FROM platform_refunds WHERE op = $1";
    pub(super) fn find_refund(id: i64) -> Option<Refund> =
        "SELECT id, op, payment_id, amount_minor, reason, requested_by, state, created_at,
             settled_at, failure
         FROM platform_refunds WHERE id = $1";
    pub(super) fn refunds_of(payment: &str) -> Vec<Refund> =
        "SELECT id, op, payment_id, amount_minor, reason, requested_by, state, created_at,
             settled_at, failure
         FROM platform_refunds WHERE payment_id = $1 ORDER BY id";
    pub(super) fn reserve_refund(payment: &str, amount: i64) -> u64 =
        "UPDATE platform_payments SET refunded_minor = refunded_minor + $2
         WHERE id = $1 AND state = 'paid' AND amount_minor - refunded_minor >= $2";
    pub(super) fn release_refund(payment: &str, amount: i64) -> Changed =
        "UPDATE platform_payments SET refunded_minor = refunded_minor - $2 WHERE id = $1";
    pub(super) fn insert_refund(
        op: &str, payment: &str, amount: i64, reason: &str, by: &str, at: Timestamp,
    ) -> Option<i64> =
        "INSERT INTO platform_refunds
           (op, payment_id, amount_minor, reason, requested_by, state, created_at)
         VALUES ($1, $2, $3, $4, $5, 'pending', $6) ON CONFLICT (op) DO NOTHING RETURNING id";
    pub(super) fn refund_done(id: i64, at: Timestamp) -> u64 =
        "UPDATE platform_refunds SET state = 'done', settled_at = $2
         WHERE id = $1 AND state = 'pending'";
    pub(super) fn refund_failed(id: i64, at: Timestamp, failure: &str) -> u64 =
        "UPDATE platform_refunds SET state = 'failed', settled_at = $2, failure = $3
         WHERE id = $1 AND state = 'pending'";
}
