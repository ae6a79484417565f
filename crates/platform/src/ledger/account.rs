//! Accounts: names, balances, locks.

use crate::db::{Error, FromColumn, Locked, Param, Result, Row, SqlType, ToParam, Tx};
use crate::jobs::{Reconciler, Step};
use crate::money::Currency;
use crate::planted::{self, Plant};
use crate::{Timestamp, UserId};
use std::fmt;
use std::time::Duration;

/// Deltas that one [`roll_up`] takes, at most.
const ROLL_UP_MAX: i64 = 10_000;
/// Deltas that pile up in this time cost a reader of the balance little.
const ROLL_UP_EVERY: Duration = Duration::from_secs(10);

/// The name of an account: `KIND/NAME/CURRENCY`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(String);

impl AccountId {
    /// What `user` has in `currency` ([`Currency::CODE`]). Never below zero.
    pub fn user(user: UserId, currency: &str) -> Self {
        Self(format!("user/{user}/{currency}"))
    }

    /// An account of the platform itself: `commission`, `clearing`, …
    pub fn platform(name: &str, currency: &str) -> Self {
        Self(format!("platform/{name}/{currency}"))
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the first slash.
    pub fn kind(&self) -> &str {
        self.0.split_once('/').map_or("", |(kind, _)| kind)
    }

    /// The part after the last slash.
    pub fn currency(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(_, currency)| currency)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ToParam for AccountId {
    const TYPE: SqlType = SqlType::Text;
    fn to_param(&self) -> Param<'_> {
        Param::Text(&self.0)
    }
}

impl FromColumn for AccountId {
    const TYPE: SqlType = SqlType::Text;
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
        String::from_column(row, index).map(Self)
    }
}

crate::row! {
    /// An account as it was read. All amounts are minor units of its currency.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Account {
        /// Its name.
        pub id: AccountId,
        /// The user it belongs to; none for accounts of the platform.
        pub owner: Option<UserId>,
        /// All that ever went out.
        pub debits_posted: i64,
        /// All that ever came in.
        pub credits_posted: i64,
        /// What open holds may still take.
        pub debits_held: i64,
        /// What open holds may still bring.
        pub credits_held: i64,
        /// Refuses to go below zero, open holds included.
        pub bounded: bool,
        /// The number of its newest statement line.
        pub lines: i64,
        /// When it was closed; it moves nothing since.
        pub closed_at: Option<Timestamp>,
    }
}

impl Account {
    /// What came in less what went out.
    pub fn balance(&self) -> i64 {
        self.credits_posted.saturating_sub(self.debits_posted)
    }

    /// What may be spent: the balance less open holds.
    pub fn available(&self) -> i64 {
        self.balance().saturating_sub(self.debits_held)
    }
}

crate::sql! {
    fn insert(
        id: &AccountId, currency: &str, kind: &str, owner: Option<UserId>, bounded: bool,
        hot: bool, at: Timestamp,
    ) -> () =
        "INSERT INTO platform_accounts (id, currency, kind, owner, bounded, hot, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING";
    fn lock(id: &AccountId) -> Option<Locked<Account>> =
        "SELECT id, owner, debits_posted, credits_posted, debits_held, credits_held, bounded,
             lines, closed_at
         FROM platform_accounts WHERE id = $1 FOR NO KEY UPDATE";
    // The lock comes after the sort, so rows are locked in the order of their names.
    fn lock_four(a: &AccountId, b: &AccountId, c: &AccountId, d: &AccountId)
        -> Vec<Locked<Account>> =
        "SELECT id, owner, debits_posted, credits_posted, debits_held, credits_held, bounded,
             lines, closed_at
         FROM platform_accounts WHERE id IN ($1, $2, $3, $4) ORDER BY id FOR NO KEY UPDATE";
    fn read(id: &AccountId) -> Option<Account> =
        "SELECT a.id, a.owner,
             CAST(a.debits_posted + coalesce(d.debits_posted, 0) AS BIGINT) AS debits_posted,
             CAST(a.credits_posted + coalesce(d.credits_posted, 0) AS BIGINT) AS credits_posted,
             CAST(a.debits_held + coalesce(d.debits_held, 0) AS BIGINT) AS debits_held,
             CAST(a.credits_held + coalesce(d.credits_held, 0) AS BIGINT) AS credits_held,
             a.bounded, a.lines, a.closed_at
         FROM platform_accounts a LEFT JOIN (
             SELECT account_id, sum(debits_posted) AS debits_posted,
                 sum(credits_posted) AS credits_posted, sum(debits_held) AS debits_held,
                 sum(credits_held) AS credits_held
             FROM platform_ledger_deltas WHERE account_id = $1 GROUP BY account_id
         ) d ON d.account_id = a.id
         WHERE a.id = $1";
    fn of_owner(from: &str, to: &str) -> Vec<Account> =
        "SELECT id, owner, debits_posted, credits_posted, debits_held, credits_held, bounded,
             lines, closed_at
         FROM platform_accounts WHERE id >= $1 AND id < $2 ORDER BY id";
    fn balances(from: &str, to: &str, currency: &str) -> Vec<(AccountId, i64)> =
        "SELECT a.id, CAST(a.credits_posted - a.debits_posted + coalesce(
             (SELECT sum(d.credits_posted - d.debits_posted) FROM platform_ledger_deltas d
              WHERE d.account_id = a.id), 0) AS BIGINT)
         FROM platform_accounts a
         WHERE a.id >= $1 AND a.id < $2 AND a.currency = $3 ORDER BY a.id";
    fn set_closed(id: &AccountId, at: Timestamp) -> crate::db::Changed =
        "UPDATE platform_accounts SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL";
    fn lock_waiting() -> Vec<Locked<AccountId>> =
        "SELECT id FROM platform_accounts
         WHERE id IN (SELECT account_id FROM platform_ledger_deltas) ORDER BY id
         FOR NO KEY UPDATE";
    fn delete_deltas(limit: i64) -> u64 =
        "DELETE FROM platform_ledger_deltas WHERE (account_id, transfer_id) IN (
             SELECT account_id, transfer_id FROM platform_ledger_deltas LIMIT $1)";
}

/// Locks the account of `user` in `C` for this unit of work, opening it first if need be.
///
/// Must come before anything else that locks; for several users call [`open_users`] instead.
///
/// # Errors
/// What the database refuses.
pub fn open_user<C: Currency>(tx: &mut Tx<'_>, user: UserId) -> Result<Locked<Account>> {
    let id = AccountId::user(user, C::CODE);
    if let Some(account) = lock(tx, &id)? {
        return Ok(account);
    }
    // A row that is not there cannot be locked: two first users would both find nothing.
    insert_user(tx, &id, user)?;
    lock(tx, &id)?.ok_or(Error::NoRow("ledger::open_user"))
}

/// Locks the accounts of `users` in `C` in the one order that every unit keeps to, opening them
/// if need be. Answers in the order of `users`.
///
/// # Errors
/// [`Error::Constraint`] when a user is named twice (callers refuse deals of a user with
/// himself before they come here); what the database refuses.
pub fn open_users<C: Currency>(tx: &mut Tx<'_>, users: &[UserId]) -> Result<Vec<Locked<Account>>> {
    let mut wanted: Vec<(AccountId, UserId)> = users
        .iter()
        .map(|user| (AccountId::user(*user, C::CODE), *user))
        .collect();
    wanted.sort_unstable();
    if wanted.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Error::Constraint {
            statement: "ledger::open_users",
            detail: "the same user twice".to_owned(),
        });
    }
    if planted::is(Plant::LocksUnsorted) {
        return users.iter().map(|user| open_user::<C>(tx, *user)).collect();
    }
    let mut found = Vec::with_capacity(users.len());
    for part in wanted.chunks(4) {
        let mut locked = lock_sorted(tx, part)?;
        if locked.len() < part.len() {
            // Those that were there are locked already, in order; the new ones are ours alone
            // or belong to whoever opened them at the same time.
            drop(locked);
            for (id, user) in part {
                insert_user(tx, id, *user)?;
            }
            locked = lock_sorted(tx, part)?;
        }
        found.append(&mut locked);
    }
    let mut answer = Vec::with_capacity(users.len());
    for user in users {
        let at = found.iter().position(|a| a.owner == Some(*user));
        let at = at.ok_or(Error::NoRow("ledger::open_users"))?;
        answer.push(found.swap_remove(at));
    }
    Ok(answer)
}

fn lock_sorted(tx: &mut Tx<'_>, part: &[(AccountId, UserId)]) -> Result<Vec<Locked<Account>>> {
    let at = |n: usize| part.get(n).or(part.last()).map(|(id, _)| id);
    match (at(0), at(1), at(2), at(3)) {
        (Some(a), Some(b), Some(c), Some(d)) => lock_four(tx, a, b, c, d),
        (None, ..) | (_, None, ..) | (_, _, None, _) | (.., None) => Ok(Vec::new()),
    }
}

fn insert_user(tx: &mut Tx<'_>, id: &AccountId, user: UserId) -> Result<()> {
    let now = tx.now();
    insert(
        tx,
        id,
        id.currency(),
        id.kind(),
        Some(user),
        !planted::is(Plant::FirstUseUnbounded),
        false,
        now,
    )
}

/// Opens accounts of the platform that are not there yet; modules call it at start-up so that no
/// unit of work has to.
///
/// `bounded` accounts refuse to go below zero. `hot` ones take part in nearly every operation:
/// they keep no statement lines and are not locked on PostgreSQL, hence cannot be bounded.
///
/// # Errors
/// [`Error::Constraint`] for an account that is both bounded and hot.
pub fn ensure_platform_accounts(
    tx: &mut Tx<'_>,
    accounts: &[(&AccountId, bool, bool)],
) -> Result<()> {
    let now = tx.now();
    for (id, bounded, hot) in accounts {
        insert(tx, id, id.currency(), id.kind(), None, *bounded, *hot, now)?;
    }
    Ok(())
}

/// An account with all that was ever transferred, whether rolled up or not; `None` when it was
/// never opened. Not locked.
///
/// # Errors
/// What the database refuses.
pub fn account(tx: &mut Tx<'_>, id: &AccountId) -> Result<Option<Account>> {
    read(tx, id)
}

/// What came in less what went out, in minor units; 0 for an account that was never opened.
///
/// # Errors
/// What the database refuses.
pub fn balance(tx: &mut Tx<'_>, id: &AccountId) -> Result<i64> {
    Ok(read(tx, id)?.map_or(0, |a| a.balance()))
}

/// What `user` has, in every currency, by the names of the accounts. Not locked.
///
/// # Errors
/// What the database refuses.
pub fn accounts_of(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Account>> {
    // All names that begin with `user/1/`: the character after the slash is the zero.
    of_owner(tx, &format!("user/{user}/"), &format!("user/{user}0"))
}

/// The balance of each account of the platform in a currency, in minor units, by name. The
/// accounts of people together have minus the sum of these: what is debited here is credited there.
///
/// # Errors
/// What the database refuses.
pub fn platform_balances(tx: &mut Tx<'_>, currency: &str) -> Result<Vec<(AccountId, i64)>> {
    balances(tx, "platform/", "platform0", currency)
}

/// Closes an empty account for good; transfers with it are refused from then on.
///
/// # Errors
/// [`Error::Constraint`] while it holds money or is hot, [`Error::Stale`] when it is closed or
/// unknown.
pub fn close(tx: &mut Tx<'_>, id: &AccountId) -> Result<()> {
    let now = tx.now();
    set_closed(tx, id, now).map(drop)
}

/// Adds waiting deltas to the rows of hot accounts, so that reading their balance stays cheap;
/// called by a periodic job. Returns how many it took; a full portion means that more wait.
///
/// # Errors
/// What the database refuses.
pub fn roll_up(tx: &mut Tx<'_>) -> Result<u64> {
    // Nobody else locks hot rows, and two roll-ups lock them in the same order.
    if lock_waiting(tx)?.is_empty() {
        return Ok(0);
    }
    delete_deltas(tx, ROLL_UP_MAX)
}

/// Calls [`roll_up`] every few seconds.
#[derive(Debug, Clone, Copy)]
pub struct RollUp;

impl Reconciler for RollUp {
    fn name(&self) -> &'static str {
        "platform.roll_up"
    }

    fn next_due(&self, tx: &mut Tx<'_>) -> crate::Result<Option<Timestamp>> {
        Ok(Some(tx.now().plus(ROLL_UP_EVERY)))
    }

    fn step(&self, tx: &mut Tx<'_>) -> crate::Result<Step> {
        let full = i64::try_from(roll_up(tx)?).is_ok_and(|n| n >= ROLL_UP_MAX);
        Ok(if full { Step::More } else { Step::Done })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_kind_and_currency() {
        let account = AccountId::user(UserId(7), "RUB");
        assert_eq!((account.kind(), account.currency()), ("user", "RUB"));
        let account = AccountId::platform("commission", "TON");
        assert_eq!((account.kind(), account.currency()), ("platform", "TON"));
    }
}
