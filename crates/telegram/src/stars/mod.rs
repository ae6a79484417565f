//! Stars. Not there yet: no invoice is made, so nothing can be paid.

use crate::api::{Message, PreCheckoutQuery};
use torg_platform::db::Tx;
use torg_platform::payments::Payees;
use torg_platform::{Error, Result};

/// Why this cannot be paid.
pub(crate) fn pre_checkout(
    _: &mut Tx<'_>,
    _: &Payees,
    _: &PreCheckoutQuery,
) -> Result<Option<&'static str>> {
    Ok(Some("not_payable"))
}

/// Takes what was paid.
pub(crate) fn settled(_: &mut Tx<'_>, _: &Payees, _: &Message) -> Result<()> {
    Err(Error::internal("no invoice was made that could be paid"))
}
