//! The books of the company behind the test provider: a payment is a job that is due when the
//! company has made up its mind.

use super::settle_payment::PURPOSE;
use super::state::FakeCompany;
use crate::domain::{OrderId, Refusal};
use crate::error::Result;
use crate::store::orders;
use serde::{Deserialize, Serialize};
use torg_platform::db::Tx;
use torg_platform::jobs::queue::{NewJob, enqueue};
use torg_platform::money::DecimalRub;
use torg_platform::payments::{self, State};
use torg_platform::rng::Rng;

/// A payment at the company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FakePayment {
    /// The company's name for it, or ours.
    pub(crate) payment_id: String,
    /// What is paid.
    pub(crate) order_id: OrderId,
    /// How much.
    pub(crate) amount: DecimalRub,
    /// What the company will say.
    pub(crate) status: FakeStatus,
}

/// What becomes of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FakeStatus {
    /// The money is there.
    Success,
    /// It will not come.
    Failed,
}

impl FakeStatus {
    /// What the company decides.
    pub(crate) fn draw(company: &FakeCompany, rng: &Rng) -> Self {
        let drawn = rng.next_u64().checked_rem(1_000_000).unwrap_or(0);
        if drawn < company.success_per_million {
            Self::Success
        } else {
            Self::Failed
        }
    }

    /// Name on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failed => "failed",
        }
    }
}

impl FakePayment {
    /// The body of the company's notice.
    pub(crate) fn notice(&self) -> String {
        serde_json::json!({
            "payment_id": self.payment_id, "order_id": self.order_id,
            "status": self.status, "amount": self.amount,
        })
        .to_string()
    }
}

/// Takes a payment into the company's books. The same payment again is the same payment.
///
/// # Errors
/// [`Refusal::OrderNotFound`].
pub(crate) fn take_fake_payment(
    tx: &mut Tx<'_>,
    company: &FakeCompany,
    payment: &FakePayment,
) -> Result<()> {
    orders::find(tx, &payment.order_id)?.ok_or(Refusal::OrderNotFound)?;
    let payload = serde_json::to_string(payment).map_err(torg_platform::Error::internal)?;
    let job = NewJob {
        kind: "shop.fake_payment",
        key: Some(&payment.payment_id),
        payload: &payload,
        due_at: tx.now().plus(company.delay),
    };
    Ok(enqueue(tx, &job)?)
}

/// Whether anybody still waits for this payment: an order that is over or paid otherwise has
/// withdrawn it, and the company takes no money for it.
///
/// # Errors
/// The database's.
pub(crate) fn is_wanted(
    tx: &mut Tx<'_>,
    payment_id: &str,
    order: &OrderId,
) -> torg_platform::Result<bool> {
    if let Some(payment) = payments::find(tx, payment_id)? {
        return Ok(payment.purpose == PURPOSE && payment.state == State::Pending);
    }
    // One that a client has begun by itself: nobody else knows of it.
    let order = orders::find(tx, order)?;
    Ok(order.is_some_and(|order| order.status.is_open()))
}
