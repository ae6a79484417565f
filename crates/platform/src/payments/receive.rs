//! Takes a provider's notice: the inbox, the payment and the payee in one unit of work.

use super::decide::{Decision, decide, fits};
use super::notice::{Notice, NoticeState, Receipt};
use super::payee::{Payee, Payees, Provenance};
use super::payment::{self, NewPayment, Payment, State};
use super::{flagged, store};
use crate::db::{Error as DbError, Locked, Tx};
use crate::jobs::{Reconciler, Step};
use crate::planted::{self, Plant};
use crate::{Result, Timestamp};
use std::time::Duration;

/// Name of the reconciler, and of the signal that wakes it.
const RETRY: &str = "platform.retry_notices";
/// How long a notice waits for its payment before the operator is asked.
const WAITS: Duration = Duration::from_hours(24);
/// The delay before the second attempt; each later one is double the last.
const DELAY_FIRST: Duration = Duration::from_secs(1);
/// The longest delay between two attempts.
const DELAY_MAX: Duration = Duration::from_mins(15);

/// Takes `notice`, whose body came as `raw_body`: into the inbox, and at once to its payment.
///
/// The same event again finds its row (on PostgreSQL it waits until the first one is committed or
/// undone) and changes nothing, unless what it is about was unknown so far: then it is tried now.
///
/// # Errors
/// 422 for names that are empty or too long; what the payee or the database refuses, and then
/// nothing has happened.
pub fn receive(
    tx: &mut Tx<'_>,
    payees: &Payees,
    notice: &Notice,
    raw_body: &str,
) -> Result<Receipt> {
    notice.check()?;
    let now = tx.now();
    let fresh = flagged::insert(tx, notice, raw_body)?;
    if fresh == 1 || planted::is(Plant::NoticeTwice) {
        return attempt(tx, payees, notice, 0, now);
    }
    let known = store::lock_notice(tx, &notice.provider, &notice.event_id)?;
    match known.filter(|known| known.state == NoticeState::Waiting) {
        Some(known) => again(tx, payees, &known),
        None => Ok(Receipt::Seen),
    }
}

/// Tries a waiting notice once more. What it said the first time counts.
fn again(tx: &mut Tx<'_>, payees: &Payees, known: &Locked<store::Received>) -> Result<Receipt> {
    attempt(
        tx,
        payees,
        &known.notice(),
        known.attempts,
        known.received_at,
    )
}

/// What came of trying to bring a notice to its payment.
enum Effect {
    Done(Receipt),
    /// Nobody knows what it is about.
    Unknown,
}

/// Tries a notice that is in the inbox and locked, and writes down what came of it.
fn attempt(
    tx: &mut Tx<'_>,
    payees: &Payees,
    notice: &Notice,
    made: i64,
    received_at: Timestamp,
) -> Result<Receipt> {
    let receipt = match effect(tx, payees, notice)? {
        Effect::Done(receipt) => receipt,
        Effect::Unknown => {
            let ends = received_at.plus(WAITS);
            if tx.now() < ends {
                let due = next_attempt(tx.now(), made).min(ends);
                store::postpone_notice(tx, &notice.provider, &notice.event_id, due)?;
                tx.signal(RETRY);
                return Ok(Receipt::Kept);
            }
            Receipt::Flagged("unknown_payment")
        }
    };
    let (state, reason) = match receipt {
        Receipt::Applied => (NoticeState::Applied, None),
        Receipt::Seen | Receipt::Kept => (NoticeState::Seen, None),
        Receipt::Flagged(reason) => (NoticeState::Flagged, Some(reason)),
    };
    store::settle_notice(tx, &notice.provider, &notice.event_id, state, reason)?;
    if let Some(reason) = reason {
        flagged::announce(tx, notice, reason)?;
    }
    Ok(receipt)
}

/// Finds what the notice is about, locks it in the order that everybody keeps to, and does what
/// the state machine says.
fn effect(tx: &mut Tx<'_>, payees: &Payees, notice: &Notice) -> Result<Effect> {
    let known = target(tx, notice)?;
    let of_known = known
        .as_ref()
        .map(|p| (p.purpose.clone(), p.subject.clone()));
    let Some((purpose, subject)) = of_known.or_else(|| notice.subject.clone()) else {
        return Ok(Effect::Unknown);
    };
    // Another role or version of this program may know it.
    let Some(payee) = payees.get(&purpose) else {
        return Ok(Effect::Unknown);
    };
    let due = payee.lock(tx, &subject)?;
    // Whoever had the lock before may have opened or settled what we are looking for.
    let known = match known {
        Some(known) if notice.payment.is_some() => Some(known),
        Some(_) | None => target(tx, notice)?,
    };
    let id = match (known, due) {
        (Some(known), _) => known.id,
        (None, None) => return Ok(Effect::Unknown),
        (None, Some(due)) => {
            if due.amount_minor <= 0 || !fits(notice, due.amount_minor, &due.currency) {
                return Ok(Effect::Done(Receipt::Flagged("amount_mismatch")));
            }
            let new = NewPayment {
                id: name(notice),
                purpose,
                subject,
                payer: due.payer,
                provider: notice.provider.clone(),
                currency: due.currency,
                amount_minor: due.amount_minor,
                expires_at: None,
                title: String::new(),
            };
            payment::insert(tx, &new, None)?;
            new.id
        }
    };
    let locked = payment::lock(tx, &id)?.ok_or(DbError::NoRow("payments::receive"))?;
    let receipt = match decide(&locked, notice) {
        Decision::Pay => pay(tx, payee, &locked, notice)?,
        Decision::Fail => fail(tx, payee, &locked)?,
        Decision::Seen if planted::is(Plant::NoticeTwice) && locked.state == State::Paid => {
            tell_paid(tx, payee, &locked, notice)?
        }
        Decision::Seen if planted::is(Plant::LateFailureWins) && locked.state == State::Paid => {
            payee.failed(tx, &locked)?;
            Receipt::Applied
        }
        Decision::Seen => Receipt::Seen,
        Decision::Flag(reason) => Receipt::Flagged(reason),
    };
    Ok(Effect::Done(receipt))
}

/// The payment that the notice names; else, when it only names what was paid for, the one of its
/// provider that it can mean: that with its charge, or the newest that is open, or the newest.
fn target(tx: &mut Tx<'_>, notice: &Notice) -> Result<Option<Payment>> {
    if let Some(id) = &notice.payment {
        return payment::find(tx, id);
    }
    let Some((purpose, subject)) = &notice.subject else {
        return Ok(None);
    };
    let mut all = payment::of_subject(tx, purpose, subject)?;
    all.retain(|payment| payment.provider == notice.provider);
    let charged = |p: &Payment| p.charge_id.as_ref() == Some(&notice.charge_id);
    let at = (all.iter().rposition(charged))
        .or_else(|| all.iter().rposition(|p| p.state == State::Pending));
    Ok(match at {
        Some(at) => Some(all.swap_remove(at)),
        None => all.pop(),
    })
}

/// What a payment is called that nobody opened before its notice came.
fn name(notice: &Notice) -> String {
    let of_charge = || format!("{}:{}", notice.provider, notice.charge_id);
    notice.payment.clone().unwrap_or_else(of_charge)
}

fn pay(
    tx: &mut Tx<'_>,
    payee: &dyn Payee,
    payment: &Locked<Payment>,
    notice: &Notice,
) -> Result<Receipt> {
    let (now, charge) = (tx.now(), &notice.charge_id);
    if store::charged_to(tx, &payment.provider, charge)?.is_some() {
        return Ok(Receipt::Flagged("charge_reused"));
    }
    match store::mark_paid(tx, &payment.id, payment.state, charge, now) {
        Err(error @ DbError::Unique { .. }) => {
            // Another payment has got this charge at this moment; the next look will find it.
            tx.outdated();
            return Err(error.into());
        }
        other => other?,
    };
    let paid = Payment {
        state: State::Paid,
        charge_id: Some(charge.clone()),
        settled_at: Some(now),
        ..Payment::clone(payment)
    };
    tell_paid(tx, payee, &paid, notice)
}

fn tell_paid(
    tx: &mut Tx<'_>,
    payee: &dyn Payee,
    paid: &Payment,
    notice: &Notice,
) -> Result<Receipt> {
    let from = Provenance {
        provider: &notice.provider,
        event_id: &notice.event_id,
        charge_id: &notice.charge_id,
    };
    payee.paid(tx, paid, &from)?;
    Ok(Receipt::Applied)
}

fn fail(tx: &mut Tx<'_>, payee: &dyn Payee, payment: &Locked<Payment>) -> Result<Receipt> {
    let now = tx.now();
    store::mark_failed(tx, &payment.id, now)?;
    let failed = Payment {
        state: State::Failed,
        settled_at: Some(now),
        ..Payment::clone(payment)
    };
    payee.failed(tx, &failed)?;
    Ok(Receipt::Applied)
}

/// 1, 2, 4, 8 … seconds.
fn next_attempt(now: Timestamp, made: i64) -> Timestamp {
    let doublings = u32::try_from(made).unwrap_or(u32::MAX).min(20);
    let delay = DELAY_FIRST.saturating_mul(2_u32.saturating_pow(doublings));
    now.plus(delay.min(DELAY_MAX))
}

impl store::Received {
    fn notice(&self) -> Notice {
        Notice {
            provider: self.provider.clone(),
            event_id: self.event_id.clone(),
            payment: self.payment_id.clone(),
            subject: self.purpose.clone().zip(self.subject.clone()),
            outcome: self.outcome,
            charge_id: self.charge_id.clone(),
            amount_minor: self.amount_minor,
            currency: self.currency.clone(),
        }
    }
}

/// Tries waiting notices again, one per unit of work: each has its own order of locks.
#[derive(Debug, Clone)]
pub struct RetryNotices(pub Payees);

impl Reconciler for RetryNotices {
    fn name(&self) -> &'static str {
        RETRY
    }

    fn next_due(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
        Ok(store::next_due_notice(tx)?)
    }

    fn step(&self, tx: &mut Tx<'_>) -> Result<Step> {
        let now = tx.now();
        let Some(known) = store::lock_due_notice(tx, now)? else {
            return Ok(Step::Done);
        };
        if let Err(error) = tx.nested(|tx| again(tx, &self.0, &known)) {
            if planted::is(Plant::PoisonStarves) {
                return Err(error);
            }
            // It must not hold up those behind it.
            tracing::error!(provider = known.provider, event_id = known.event_id, %error,
                "a payment's notice could not be applied, it will be tried again");
            let due = next_attempt(now, known.attempts);
            store::postpone_notice(tx, &known.provider, &known.event_id, due)?;
        }
        Ok(Step::More)
    }
}
