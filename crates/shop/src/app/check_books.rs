//! Computes again what must come out: stock, promises, keys, coupons, and the money of orders.

use super::accounts::revenue;
use super::settle_payment::PURPOSE;
use crate::store::books;
use torg_platform::Result;
use torg_platform::db::Tx;
use torg_platform::ledger::{self, Difference};
use torg_platform::money::{Currency as _, Rub};
use torg_platform::payments;

/// Differences listed per rule, at most.
const LISTED_MAX: i64 = 100;

/// Everything about the shop that does not add up.
///
/// # Errors
/// The database's.
pub fn check_books(tx: &mut Tx<'_>) -> Result<Vec<Difference>> {
    let mut differences = Vec::new();
    let mut add = |rule: &'static str, subjects: Vec<String>| {
        let difference = |subject| Difference { rule, subject };
        differences.extend(subjects.into_iter().map(difference));
    };
    let rule = "reserved is the sum over open orders";
    add(rule, books::wrongly_reserved(tx, LISTED_MAX)?);
    add(
        "units are the sum of their movements",
        books::wrong_stock(tx, LISTED_MAX)?,
    );
    add(
        "there is a free key for each digital unit",
        books::wrong_keys(tx, LISTED_MAX)?,
    );
    add(
        "goods leave with the payment, once",
        books::wrong_sales(tx, LISTED_MAX)?,
    );
    add(
        "goods come back with the refund, once",
        books::wrong_returns(tx, LISTED_MAX)?,
    );
    add(
        "a coupon counts its orders",
        books::wrong_coupons(tx, LISTED_MAX)?,
    );
    add(
        "keys go to whoever paid for them",
        books::wrongly_handed(tx, LISTED_MAX)?,
    );
    let (taken, booked) = (books::taken(tx)?.0, ledger::balance(tx, &revenue())?);
    if taken != booked {
        let subject = format!("orders say {taken}, the ledger says {booked}");
        add("the money of orders is in the ledger", vec![subject]);
    }
    let taken = books::taken_by_providers(tx)?.0;
    let received = payments::net(tx, PURPOSE, Rub::CODE)?;
    if taken != received {
        let subject = format!("orders say {taken}, the payments say {received}");
        add("what buys nothing goes back", vec![subject]);
    }
    Ok(differences)
}
