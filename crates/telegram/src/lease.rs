//! Work that one process does at a time: Telegram takes one who fetches updates, and its limits
//! hold for all senders together.

use crate::store::leases;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use torg_platform::db::{Db, Tx};
use torg_platform::ids::random_token;
use torg_platform::rng::Rng;
use torg_platform::{Result, Timestamp};

/// For how long it is held; renewed when a third of it is over.
const TERM: Duration = Duration::from_secs(30);

/// One process's claim to some work. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    name: &'static str,
    holder: Arc<str>,
    db: Db,
    held_until: Arc<Mutex<Timestamp>>,
}

impl Lease {
    pub(crate) fn new(name: &'static str, db: &Db, rng: &Rng) -> Self {
        Self {
            name,
            holder: random_token(rng, 16).into(),
            db: db.clone(),
            held_until: Arc::default(),
        }
    }

    /// Takes the work or goes on with it; `false` when another process does it.
    pub(crate) async fn hold(&self) -> Result<bool> {
        let now = self.db.clock().now();
        let fresh = now.plus(TERM.saturating_sub(TERM.checked_div(3).unwrap_or_default()));
        if *self.held_until.lock() > fresh {
            return Ok(true);
        }
        let (name, holder) = (self.name, self.holder.clone());
        let write = move |tx: &mut Tx<'_>| hold(tx, name, &holder);
        let until = self.db.write("telegram.hold_lease", write).await?;
        *self.held_until.lock() = until.unwrap_or_default();
        Ok(until.is_some())
    }

    /// In a unit of work: how far the work has come, if it is still this process's.
    pub(crate) fn position(&self) -> impl Fn(&mut Tx<'_>) -> Result<Option<i64>> + Send + use<> {
        let (name, holder) = (self.name, self.holder.clone());
        move |tx| {
            let lease = leases::lock(tx, name)?;
            let own = lease.filter(|lease| *lease.holder == *holder);
            Ok(own.map(|lease| lease.position))
        }
    }

    /// In a unit of work that has asked for [`Lease::position`]: it has come further.
    pub(crate) fn advance(&self, tx: &mut Tx<'_>, position: i64) -> Result<()> {
        Ok(leases::advance(tx, self.name, position)?)
    }
}

fn hold(tx: &mut Tx<'_>, name: &str, holder: &str) -> Result<Option<Timestamp>> {
    let (now, until) = (tx.now(), tx.now().plus(TERM));
    let Some(lease) = leases::lock(tx, name)? else {
        let is_first = leases::open(tx, name, holder, until)? == 1;
        return Ok(is_first.then_some(until));
    };
    if lease.holder != holder && lease.until > now {
        return Ok(None);
    }
    leases::hold(tx, name, holder, until)?;
    Ok(Some(until))
}
