//! Where an order can be paid at this moment.

use super::settle_payment::PURPOSE;
use crate::domain::{OrderId, PayWith};
use crate::error::Result;
use torg_platform::db::Tx;
use torg_platform::payments::{self, Checkout, Payment, State};

/// The page or invoice of the pending payment of this kind, once its provider has named one.
///
/// # Errors
/// The database's.
pub(crate) fn open_checkout(
    tx: &mut Tx<'_>,
    id: &OrderId,
    pay_with: PayWith,
) -> Result<Option<Checkout>> {
    let known = payments::of_subject(tx, PURPOSE, id.as_str())?;
    let open = |p: &&Payment| p.state == State::Pending && p.provider == pay_with.as_str();
    Ok(known.iter().find(open).and_then(Payment::saved_checkout))
}
