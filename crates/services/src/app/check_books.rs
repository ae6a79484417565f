//! Computes again what must come out, for `torg verify`.

use super::accounts::revenue;
use crate::error::Result;
use crate::store::books;
use torg_platform::db::{self, Tx};
use torg_platform::ledger::{self, Difference};

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
    let rules: [Rule; 5] = [
        ("an order counts its takes", books::miscounted),
        ("an order has three places", books::crowded),
        (
            "silence is refunded, and what somebody decided on, and nothing else",
            books::wrongly_refunded,
        ),
        (
            "what was taken out is gone and paid back",
            books::wrongly_removed,
        ),
        ("a rating is that of the reviews", books::misrated),
    ];
    let mut differences = Vec::new();
    for (rule, find) in rules {
        let subjects = find(tx, LISTED_MAX)?.into_iter();
        differences.extend(subjects.map(|subject| Difference { rule, subject }));
    }
    let (taken, booked) = (books::taken(tx)?.0, ledger::balance(tx, &revenue())?);
    if taken != booked {
        differences.push(Difference {
            rule: "the money of takes is in the ledger",
            subject: format!("takes say {taken}, the ledger says {booked}"),
        });
    }
    Ok(differences)
}
