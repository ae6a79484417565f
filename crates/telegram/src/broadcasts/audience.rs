//! Whom a broadcast is for.

use super::Broadcasts;
use crate::store::broadcasts;
use std::collections::BTreeSet;
use torg_platform::db::Tx;
use torg_platform::{Result, UserId, auth};

/// People who are looked at in one statement when they are counted.
const CHUNK: i64 = 1_000;

/// Whom a broadcast is for. A market says who is one of its own ([`crate::bot::Market::audience`]).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Whoever has started the bot.
    Everyone,
    /// Who has posted an order for a service.
    Customers,
    /// Who does such orders, or wants to hear of them.
    Executors,
    /// Who has ordered goods.
    Buyers,
    /// The operator's staff.
    Staff,
}

impl Audience {
    const ALL: [Self; 5] = [
        Self::Everyone,
        Self::Customers,
        Self::Executors,
        Self::Buyers,
        Self::Staff,
    ];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Customers => "customers",
            Self::Executors => "executors",
            Self::Buyers => "buyers",
            Self::Staff => "staff",
        }
    }

    /// The audience of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|all| all.as_str() == name)
    }
}

impl Broadcasts {
    /// Up to `limit` of the audience after number `after`, in the order of their numbers.
    pub(super) fn next(
        &self,
        tx: &mut Tx<'_>,
        audience: Audience,
        after: UserId,
        limit: i64,
    ) -> Result<Vec<UserId>> {
        let room = usize::try_from(limit).unwrap_or(0);
        let found: BTreeSet<UserId> = match audience {
            Audience::Everyone => broadcasts::started(tx, after, limit)?.into_iter().collect(),
            Audience::Staff => {
                let grants = auth::staff::list(tx)?
                    .into_iter()
                    .map(|grant| grant.user_id);
                grants.filter(|user| *user > after).collect()
            }
            Audience::Customers | Audience::Executors | Audience::Buyers => {
                let mut found = BTreeSet::new();
                for market in &self.0.markets {
                    found.extend(market.audience(tx, audience, after, limit)?);
                }
                found
            }
        };
        Ok(found.into_iter().take(room).collect())
    }

    /// Those of `people`, who come after `after` and are sorted, whom the bot can write to and
    /// whom the operator lets in.
    pub(super) fn reachable(
        &self,
        tx: &mut Tx<'_>,
        after: UserId,
        people: &[UserId],
    ) -> Result<Vec<UserId>> {
        let Some(last) = people.last() else {
            return Ok(Vec::new());
        };
        let reachable: BTreeSet<UserId> = broadcasts::reachable(tx, after, *last)?
            .into_iter()
            .collect();
        let shut_out: BTreeSet<UserId> = auth::shut_out(tx, after, *last)?.into_iter().collect();
        let can = |user: &&UserId| reachable.contains(user) && !shut_out.contains(user);
        Ok(people.iter().filter(can).copied().collect())
    }

    /// How many people it would be sent to now.
    pub(super) fn size(&self, tx: &mut Tx<'_>, audience: Audience) -> Result<i64> {
        let (mut after, mut size) = (UserId(0), 0_i64);
        loop {
            let people = self.next(tx, audience, after, CHUNK)?;
            let reached = self.reachable(tx, after, &people)?.len();
            size = size.saturating_add(i64::try_from(reached).unwrap_or(i64::MAX));
            match people.last() {
                None => return Ok(size),
                Some(last) => after = *last,
            }
        }
    }
}
