//! Computes again what must come out, for `torg verify`.

use crate::error::Result;
use crate::store::books;
use torg_platform::db::{self, Tx};
use torg_platform::ledger::Difference;

/// Differences listed per rule, at most.
const LISTED_MAX: i64 = 100;

/// What does not add up in this market; nothing when it is sound. Reads all orders and all takes,
/// and changes nothing.
///
/// # Errors
/// The database's.
pub fn check_books(tx: &mut Tx<'_>) -> Result<Vec<Difference>> {
    type Rule = (
        &'static str,
        fn(&mut Tx<'_>, i64) -> db::Result<Vec<String>>,
    );
    let rules: [Rule; 3] = [
        ("an order counts its takes", books::miscounted),
        ("an order has three places", books::crowded),
        (
            "silence and only silence is refunded",
            books::wrongly_refunded,
        ),
    ];
    let mut differences = Vec::new();
    for (rule, find) in rules {
        let subjects = find(tx, LISTED_MAX)?.into_iter();
        differences.extend(subjects.map(|subject| Difference { rule, subject }));
    }
    Ok(differences)
}
