//! Lists that were made a moment ago.
//!
//! A list depends on nobody who asks for it (contacts are not in it), so everybody can get the
//! same bytes. They are dropped when this process changes an order, when time changes one, and
//! after a second in any case: what other processes change is seen after that second.

use super::list_orders::{Filter, Known, ListOrders, Listing, Scope};
use crate::error::Error;
use bytes::Bytes;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use torg_platform::cache::Cache;
use torg_platform::{Clock, Result, Timestamp};

/// How long a total may be old.
const TOTAL_KEPT: Duration = Duration::from_secs(1);
/// Memory for lists and totals.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// Recent lists and totals of this process.
#[derive(Debug)]
pub struct Recent {
    cache: Cache,
    clock: Clock,
    kept: Duration,
    /// Grows with every change of an order.
    version: AtomicU64,
    /// Grows with every change that adds an order to a list or removes one.
    members: AtomicU64,
}

impl Recent {
    /// Keeps lists for `kept`; zero keeps none.
    pub fn new(clock: Clock, kept: Duration) -> Self {
        Self {
            cache: Cache::new(clock.clone(), MAX_BYTES, None),
            clock,
            kept,
            version: AtomicU64::new(0),
            members: AtomicU64::new(0),
        }
    }

    /// An order looks different now, but is in the same lists.
    pub fn changed(&self) {
        self.version.fetch_add(1, Ordering::SeqCst);
    }

    /// An order is in other lists now.
    pub fn moved(&self) {
        self.members.fetch_add(1, Ordering::SeqCst);
        self.changed();
    }

    /// The list, from memory or from `load`, which is told what is known already.
    ///
    /// # Errors
    /// Those of `load`.
    pub async fn list<F>(&self, query: &ListOrders, load: impl Fn(Known) -> F) -> Result<Bytes>
    where
        F: Future<Output = Result<Listing, Error>>,
    {
        let shared = query.filter.scope == Scope::All;
        if !shared || self.kept.is_zero() {
            let (listing, _) = self.load(query, false, &load).await?;
            return Ok(listing.json.into());
        }
        // Before loading: what is loaded after a change must not be kept as before it.
        let key = page_key(self.version.load(Ordering::SeqCst), query);
        for _attempt in 0..2 {
            let made = self.cache.get_or_load(&key, self.kept, || async {
                let (listing, until) = self.load(query, true, &load).await?;
                let until = until.micros().to_be_bytes();
                Ok([until.as_slice(), listing.json.as_slice()].concat().into())
            });
            let made = Box::pin(made).await?;
            let (until, json) = made.split_at_checked(8).unwrap_or_default();
            let until = until.try_into().map(i64::from_be_bytes).unwrap_or_default();
            if self.clock.now().micros() < until {
                return Ok(made.slice_ref(json));
            }
            // Time has changed an order since.
            self.cache.remove(&key).await;
        }
        let (listing, _) = self.load(query, true, &load).await?;
        Ok(listing.json.into())
    }

    /// Loads a list, with its total from memory if it is there; and until when it holds.
    async fn load<F>(
        &self,
        query: &ListOrders,
        keep: bool,
        load: &impl Fn(Known) -> F,
    ) -> Result<(Listing, Timestamp)>
    where
        F: Future<Output = Result<Listing, Error>>,
    {
        let now = self.clock.now();
        let key = (query.filter.scope == Scope::All && query.near.is_none())
            .then(|| total_key(self.members.load(Ordering::SeqCst), &query.filter));
        let known = match &key {
            Some(key) => self.cache.get(key).await,
            None => None,
        };
        let known =
            known.and_then(|bytes| Some(i64::from_be_bytes(bytes.as_ref().try_into().ok()?)));
        let listing = load(Known {
            total: known,
            keep: keep || (key.is_some() && known.is_none()),
        })
        .await?;
        let holds = |kept: Duration| {
            let until = now.plus(kept);
            listing.next_change.map_or(until, |next| until.min(next))
        };
        if let (Some(key), None) = (key, known) {
            let total = Bytes::copy_from_slice(&listing.total.to_be_bytes());
            let ttl = holds(TOTAL_KEPT).since(now);
            self.cache.put(&key, total, ttl).await;
        }
        let until = holds(self.kept);
        Ok((listing, until))
    }
}

fn filter_key(filter: &Filter) -> String {
    format!(
        "{}/{}/{}",
        filter.status.map_or("any", |s| s.as_str()),
        filter.category.map_or("", |c| c.slug()),
        filter.city_key.as_deref().unwrap_or_default(),
    )
}

fn total_key(members: u64, filter: &Filter) -> String {
    format!("total/{members}/{}", filter_key(filter))
}

fn page_key(version: u64, query: &ListOrders) -> String {
    let near = query
        .near
        .map(|(point, radius)| (point.micro(), radius.km()));
    let slice = &query.slice;
    format!(
        "page/{version}/{near:?}/{}/{}/{:?}/{}",
        slice.limit,
        slice.offset,
        (slice.before.0.micros(), &slice.before.1),
        filter_key(&query.filter),
    )
}
