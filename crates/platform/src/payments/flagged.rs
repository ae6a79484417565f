//! Notices that contradict what we know, for the operator.

use super::PAYMENT_FLAGGED;
use super::notice::{Notice, NoticeState, Outcome};
use super::store;
use crate::audit;
use crate::db::Tx;
use crate::outbox::{self, Event};
use crate::{Error, Kind, Result, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// A notice that changed nothing and waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Flagged {
    /// Who sent it.
    pub provider: String,
    /// The provider's name for it.
    pub event_id: String,
    /// Why it was not believed: `amount_mismatch`, `second_charge`, `charge_reused`,
    /// `subject_mismatch`, `provider_mismatch`, `unknown_payment`. What a comparison of the books
    /// with the provider's found: `missing_at_provider`, `refund_unknown`, `refund_missing`.
    pub reason: String,
    /// What it reports.
    pub outcome: Outcome,
    /// Our payment, if it names one.
    pub payment_id: Option<String>,
    /// What was paid for, if it says so.
    pub subject: Option<String>,
    /// The provider's name for the money.
    pub charge_id: String,
    /// How much, in minor units, if it says so.
    pub amount_minor: Option<i64>,
    /// Of what, if it says so.
    pub currency: Option<String>,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
}

/// Where a page of flagged notices begins: the row before it.
pub(super) type Position = (Timestamp, String, String);

/// Flagged notices that nobody has resolved, oldest first, after a position.
///
/// # Errors
/// The database's.
pub fn flagged(
    tx: &mut Tx<'_>,
    after: Option<(Timestamp, String, String)>,
    limit: i64,
) -> Result<Vec<Flagged>> {
    let start = || (Timestamp::from_micros(0), String::new(), String::new());
    let (at, provider, event_id) = after.unwrap_or_else(start);
    let rows = store::flagged_after(tx, at, &provider, &event_id, limit)?;
    Ok(rows.into_iter().map(Flagged::from).collect())
}

/// Takes a flagged notice off the list: `by` has seen to it, as `note` says.
///
/// # Errors
/// `notice_not_found` (404) when there is no such flagged notice.
pub fn resolve(
    tx: &mut Tx<'_>,
    (provider, event_id): (&str, &str),
    note: &str,
    by: &str,
    request_id: &str,
) -> Result<()> {
    let now = tx.now();
    if store::resolve_notice(tx, provider, event_id, now, by, note)? == 0 {
        return Err(Error::new(
            Kind::Missing,
            "notice_not_found",
            "No such flagged notice",
        ));
    }
    let details = serde_json::json!({ "note": note }).to_string();
    Ok(audit::record(
        tx,
        &audit::Entry {
            actor: by,
            action: "platform.resolve_notice",
            subject: &subject(provider, event_id),
            details: &details,
            request_id,
        },
    )?)
}

/// Puts something that was found in a provider's books on the list: `notice` says what they say, or
/// what ours say and theirs do not, under a name of its own. Whether it is new: the same name again
/// changes nothing, also after it was resolved.
///
/// # Errors
/// 422 for names that are empty or too long; the database's.
pub fn flag(
    tx: &mut Tx<'_>,
    notice: &Notice,
    reason: &'static str,
    raw_body: &str,
) -> Result<bool> {
    notice.check()?;
    if insert(tx, notice, raw_body)? == 0 {
        return Ok(false);
    }
    let (provider, event) = (&notice.provider, &notice.event_id);
    store::settle_notice(tx, provider, event, NoticeState::Flagged, Some(reason))?;
    announce(tx, notice, reason)?;
    Ok(true)
}

/// Puts a notice into the inbox unless it is there; how many were put there.
pub(super) fn insert(tx: &mut Tx<'_>, notice: &Notice, raw_body: &str) -> Result<u64> {
    let now = tx.now();
    let subject = notice.subject.as_ref();
    Ok(store::insert_notice(
        tx,
        &notice.provider,
        &notice.event_id,
        notice.payment.as_deref(),
        subject.map(|(purpose, _)| purpose.as_str()),
        subject.map(|(_, subject)| subject.as_str()),
        notice.outcome,
        &notice.charge_id,
        notice.amount_minor,
        notice.currency.as_deref(),
        raw_body,
        now,
    )?)
}

/// Tells that a notice was flagged.
pub(super) fn announce(tx: &mut Tx<'_>, notice: &Notice, reason: &'static str) -> Result<()> {
    let about = notice.subject.as_ref();
    let payload = serde_json::json!({
        "about": about.map(|(purpose, subject)| format!("{purpose}/{subject}")),
        "provider": notice.provider,
        "event_id": notice.event_id,
        "payment_id": notice.payment,
        "charge_id": notice.charge_id,
        "reason": reason,
    })
    .to_string();
    let event = Event {
        topic: PAYMENT_FLAGGED,
        aggregate: &subject(&notice.provider, &notice.event_id),
        payload: &payload,
    };
    Ok(outbox::publish(tx, &event)?)
}

fn subject(provider: &str, event_id: &str) -> String {
    format!("notice/{provider}/{event_id}")
}

impl From<store::Received> for Flagged {
    fn from(row: store::Received) -> Self {
        Self {
            provider: row.provider,
            event_id: row.event_id,
            reason: row.reason.unwrap_or_default(),
            outcome: row.outcome,
            payment_id: row.payment_id,
            subject: row.subject,
            charge_id: row.charge_id,
            amount_minor: row.amount_minor,
            currency: row.currency,
            received_at: row.received_at,
        }
    }
}
