//! The caller's own profile.

use crate::domain::RatingSum;
use crate::error::{Error, Result};
use crate::store::{orders, people};
use torg_platform::db::Tx;
use torg_platform::ledger::{self, AccountId};
use torg_platform::money::{Currency as _, Money, Rub};
use torg_platform::{UserId, auth};

/// What the caller is shown of themselves.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Me {
    pub(crate) person: auth::Person,
    pub(crate) completed_orders: i64,
    pub(crate) active_orders: i64,
    /// Two decimals; 0 without reviews, as clients of this API expect a number.
    pub(crate) rating: f64,
    pub(crate) balance: Money<Rub>,
}

pub(crate) fn get_me(tx: &mut Tx<'_>, user: UserId) -> Result<Me> {
    let person = auth::person(tx, user)?.ok_or_else(|| {
        Error::Kernel(torg_platform::Error::internal(
            "a signed-in person without a row",
        ))
    })?;
    let profile = people::profile(tx, user)?;
    let now = tx.now();
    let rating = RatingSum {
        sum: profile.rating_sum,
        count: profile.rating_count,
    };
    Ok(Me {
        person,
        completed_orders: profile.completed_orders,
        active_orders: orders::count_active_of(tx, user, now)?.0,
        rating: rating.average().unwrap_or(0.0),
        balance: balance(tx, user)?,
    })
}

/// Money that `user` can spend in this market.
pub(crate) fn balance(tx: &mut Tx<'_>, user: UserId) -> Result<Money<Rub>> {
    let account = AccountId::user(user, Rub::CODE);
    Ok(Money::from_minor(ledger::balance(tx, &account)?))
}
