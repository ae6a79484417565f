//! Money that goes back to the payer, through the provider that it came from.

use super::payment::{self, Payment, State};
use super::provider::Providers;
use super::{aggregate, store};
use crate::db::{Db, Locked, Tx};
use crate::outbox::{self, Delivery, Event, Failure, Sink};
use crate::planted::{self, Plant};
use crate::{Error, Kind, Result, Timestamp, audit};
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

/// Topic of the event that a refund is to be made.
pub const REFUND_REQUESTED: &str = "platform.refund_requested";
/// Topic of the event that a refund was made.
pub const REFUND_DONE: &str = "platform.refund_done";
/// Topic of the event that a provider will never make a refund: a person must.
pub const REFUND_FAILED: &str = "platform.refund_failed";

/// What became of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// The provider is being asked.
    Pending,
    /// The money has gone back.
    Done,
    /// The provider refuses for good; the amount may be refunded under another name.
    Failed,
}

impl RefundState {
    const ALL: [Self; 3] = [Self::Pending, Self::Done, Self::Failed];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

crate::text_column!(RefundState);

crate::row! {
    /// A refund as it was read.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Refund {
        /// Number.
        pub id: i64,
        /// Name of the intent.
        pub op: String,
        /// Of which payment.
        pub payment_id: String,
        /// How much, in minor units of the payment's currency.
        pub amount_minor: i64,
        /// Why.
        pub reason: String,
        /// Who wanted it, as in the audit trail.
        pub requested_by: String,
        /// What became of it.
        pub state: RefundState,
        /// When it was wanted.
        pub created_at: Timestamp,
        /// When it was done or refused.
        pub settled_at: Option<Timestamp>,
        /// Why it was refused.
        pub failure: Option<String>,
    }
}

/// A refund that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewRefund<'a> {
    /// Name of the intent: the same one twice is one refund.
    pub op: &'a str,
    /// How much, in minor units of the payment's currency.
    pub amount_minor: i64,
    /// Why, for the operator.
    pub reason: &'a str,
    /// Who wants it, as in the audit trail: `user/1`, `job/shop.expire`.
    pub by: &'a str,
}

/// Gives `new.amount_minor` of a paid payment back. The provider is asked after the commit, as
/// often as it takes; the ledger is the caller's business, now.
///
/// # Errors
/// `payment_not_paid`, `refund_exceeds_payment`, `refund_op_reused` (409): the name belongs to
/// another refund; `refund_whole_only` (409) for a part of a payment that
/// [goes back whole](Payment::goes_back_whole); 422 for an amount that is not positive.
pub fn refund(tx: &mut Tx<'_>, payment: &Locked<Payment>, new: &NewRefund<'_>) -> Result<Refund> {
    if let Some(known) = store::find_refund_by_op(tx, new.op)? {
        let same = known.payment_id == payment.id && known.amount_minor == new.amount_minor;
        return if same { Ok(known) } else { Err(reused()) };
    }
    if new.amount_minor <= 0 {
        return Err(Error::field("amount", "must be more than nothing"));
    }
    if payment.state != State::Paid {
        let text = "Only what was paid can be refunded";
        return Err(Error::new(Kind::Conflict, "payment_not_paid", text));
    }
    if payment.goes_back_whole() && new.amount_minor != payment.amount_minor {
        let text = "This payment can only be refunded as a whole";
        return Err(Error::new(Kind::Conflict, "refund_whole_only", text));
    }
    // The row as it is now, not as it was when it was read: this may be its second refund.
    let reserved = store::reserve_refund(tx, &payment.id, new.amount_minor)?;
    if reserved == 0 && !planted::is(Plant::RefundUnlimited) {
        let text = "More than what is left of the payment";
        return Err(Error::new(Kind::Conflict, "refund_exceeds_payment", text));
    }
    let now = tx.now();
    let (id, amount) = (&payment.id, new.amount_minor);
    let Some(id) = store::insert_refund(tx, new.op, id, amount, new.reason, new.by, now)? else {
        // Somebody uses the same name for another payment at this moment.
        tx.outdated();
        return Err(reused());
    };
    let refund = Refund {
        id,
        op: new.op.to_owned(),
        payment_id: payment.id.clone(),
        amount_minor: amount,
        reason: new.reason.to_owned(),
        requested_by: new.by.to_owned(),
        state: RefundState::Pending,
        created_at: now,
        settled_at: None,
        failure: None,
    };
    let details = serde_json::json!({
        "op": refund.op, "amount_minor": amount, "currency": payment.currency,
        "provider": payment.provider,
    })
    .to_string();
    let entry = audit::Entry {
        actor: new.by,
        action: "platform.refund",
        subject: &aggregate(&payment.id),
        details: &details,
        request_id: "",
    };
    audit::record(tx, &entry)?;
    announce(tx, REFUND_REQUESTED, payment, &refund)?;
    Ok(refund)
}

/// All refunds of a payment, oldest first.
///
/// # Errors
/// The database's.
pub fn refunds_of(tx: &mut Tx<'_>, payment_id: &str) -> Result<Vec<Refund>> {
    Ok(store::refunds_of(tx, payment_id)?)
}

fn reused() -> Error {
    let text = "Another refund has this name";
    Error::new(Kind::Conflict, "refund_op_reused", text)
}

/// What the events of a refund say.
#[derive(Serialize, Deserialize)]
struct Payload {
    refund_id: i64,
    op: String,
    payment_id: String,
    purpose: String,
    subject: String,
    amount_minor: i64,
    currency: String,
}

fn announce(tx: &mut Tx<'_>, topic: &str, payment: &Payment, refund: &Refund) -> Result<()> {
    let payload = Payload {
        refund_id: refund.id,
        op: refund.op.clone(),
        payment_id: payment.id.clone(),
        purpose: payment.purpose.clone(),
        subject: payment.subject.clone(),
        amount_minor: refund.amount_minor,
        currency: payment.currency.clone(),
    };
    let event = Event {
        topic,
        aggregate: &aggregate(&payment.id),
        payload: &serde_json::to_string(&payload).map_err(Error::internal)?,
    };
    Ok(outbox::publish(tx, &event)?)
}

/// Asks providers for the refunds that were wanted.
#[derive(Debug, Clone)]
pub struct Refunds {
    db: Db,
    providers: Providers,
}

impl Refunds {
    /// Asks these.
    pub fn new(db: Db, providers: Providers) -> Self {
        Self { db, providers }
    }

    async fn make(&self, delivery: &Delivery) -> Result<(), Failure> {
        let wanted: Payload = serde_json::from_str(&delivery.payload)
            .map_err(|error| Failure::permanent(error.to_string()))?;
        let id = wanted.refund_id;
        let read = move |tx: &mut Tx<'_>| {
            let Some(refund) = store::find_refund(tx, id)? else {
                return Ok(None);
            };
            let payment = payment::find(tx, &refund.payment_id)?;
            Ok::<_, Error>(payment.map(|payment| (payment, refund)))
        };
        let found = self.db.read("platform.find_refund", read).await;
        let Some((payment, refund)) = found.map_err(again)? else {
            return Err(Failure::permanent("no such refund"));
        };
        if refund.state != RefundState::Pending {
            return Ok(());
        }
        let Some(provider) = self.providers.get(&payment.provider) else {
            // Another version or another role of this program may know it.
            let reason = format!("this process has no provider {}", payment.provider);
            return Err(Failure::temporary(reason));
        };
        let mut asked = refund.clone();
        if planted::is(Plant::KeyPerAttempt) {
            asked.id = planted::fresh();
        }
        let refused = match provider.refund(&payment, &asked).await {
            Ok(()) => None,
            Err(failure) if failure.permanent => Some(failure.reason),
            Err(failure) => return Err(failure),
        };
        let write = move |tx: &mut Tx<'_>| settle(tx, &payment, &refund, refused.as_deref());
        let settled = self.db.write("platform.settle_refund", write).await;
        settled.map_err(again)
    }
}

/// Writes down what the provider said. Somebody who asked it at the same time may have been
/// faster; then there is nothing to do.
fn settle(
    tx: &mut Tx<'_>,
    payment: &Payment,
    refund: &Refund,
    refused: Option<&str>,
) -> Result<()> {
    let now = tx.now();
    payment::lock(tx, &payment.id)?;
    let topic = match refused {
        None if store::refund_done(tx, refund.id, now)? == 1 => REFUND_DONE,
        Some(why) if store::refund_failed(tx, refund.id, now, why)? == 1 => {
            store::release_refund(tx, &payment.id, refund.amount_minor)?;
            REFUND_FAILED
        }
        None | Some(_) => return Ok(()),
    };
    announce(tx, topic, payment, refund)
}

fn again(error: Error) -> Failure {
    Failure::temporary(error.to_string())
}

impl Sink for Refunds {
    fn name(&self) -> &'static str {
        "platform.refunds"
    }

    fn wants(&self, topic: &str) -> bool {
        topic == REFUND_REQUESTED
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.make(delivery))
    }
}
