//! Who lives in the world.

use crate::product::Outside;
use torg_platform::{Timestamp, UserId};
use torg_telegram::init_data::{SecretKey, User, sign};

/// Those who post orders and buy.
pub(crate) const CUSTOMERS: [i64; 4] = [101, 102, 103, 104];
/// Those who take orders; they buy too.
pub(crate) const EXECUTORS: [i64; 6] = [201, 202, 203, 204, 205, 206];
/// One of the staff, who decides about money.
pub(crate) const FINANCE: i64 = 301;
/// Somebody who never came.
pub(crate) const STRANGER: i64 = 999;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    /// Somebody with an account of Telegram.
    Person(i64),
    /// The operator, by the secret.
    Operator,
    /// Nobody knows.
    Nobody,
}

impl Who {
    /// Number of the account; 0, which nobody has, for those without one.
    pub(crate) fn id(self) -> i64 {
        match self {
            Self::Person(id) => id,
            Self::Operator | Self::Nobody => 0,
        }
    }
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person(id) => write!(f, "{id}"),
            Self::Operator => f.write_str("operator"),
            Self::Nobody => f.write_str("nobody"),
        }
    }
}

/// Everybody with an account.
pub(crate) fn everybody() -> impl Iterator<Item = i64> {
    CUSTOMERS.into_iter().chain(EXECUTORS)
}

/// Raw initData of `id` as of `now`.
pub(crate) fn init_data(id: i64, now: Timestamp) -> String {
    let key = SecretKey::from_token(Outside::BOT_TOKEN);
    let user = User::new(UserId(id), format!("P{id}"));
    sign(&user, now, &[], &key)
}
