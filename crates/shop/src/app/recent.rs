//! Lists that were made a moment ago.
//!
//! A list is the same for everybody who asks for it, so everybody can get the same bytes. They
//! are dropped when this process changes a product or its stock, and after the time that the
//! operator has set in any case: what other processes change is seen after that.

use super::list_products::{ListProducts, Listing};
use crate::error::Error;
use bytes::Bytes;
use prometheus::IntCounter;
use std::time::Duration;
use torg_platform::cache::Cache;
use torg_platform::{Clock, Result};

/// Memory for lists.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// Recent lists of this process.
#[derive(Debug)]
pub struct Recent {
    cache: Cache,
    kept: Duration,
    /// Grows with every change of a product or its stock. What happens without a request raises
    /// it by `tx.count`, with the commit.
    version: IntCounter,
}

impl Recent {
    /// Keeps lists for `kept`, zero keeps none, and not longer than until `version` grows.
    pub fn new(clock: Clock, kept: Duration, version: IntCounter) -> Self {
        Self {
            cache: Cache::new(clock, MAX_BYTES, None),
            kept,
            version,
        }
    }

    /// A product or its stock has changed. To be called when the change is durable, before
    /// anybody is told of it.
    pub fn moved(&self) {
        self.version.inc();
    }

    /// The list, from memory or from `load`.
    ///
    /// # Errors
    /// Those of `load`.
    pub async fn list<F>(&self, query: &ListProducts, load: impl Fn() -> F) -> Result<Listing>
    where
        F: Future<Output = Result<Listing, Error>>,
    {
        if self.kept.is_zero() {
            return Ok(load().await?);
        }
        // Before loading: what is loaded after a change must not be kept as before it.
        let version = self.version.get();
        let key = format!("{version}/{query:?}");
        let made = self.cache.get_or_load(&key, self.kept, || async {
            let listing = load().await?;
            Ok(listing.to_bytes())
        });
        Ok(Listing::from_bytes(&Box::pin(made).await?))
    }
}

impl Listing {
    /// The cursor's length, the cursor, the list.
    fn to_bytes(&self) -> Bytes {
        let cursor = self.next_cursor.as_deref().unwrap_or_default();
        let length = u32::try_from(cursor.len()).unwrap_or_default();
        let parts: [&[u8]; 3] = [&length.to_be_bytes(), cursor.as_bytes(), &self.json];
        parts.concat().into()
    }

    fn from_bytes(bytes: &Bytes) -> Self {
        let (length, rest) = bytes.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or_default();
        let (cursor, json) = rest.split_at_checked(length).unwrap_or_default();
        let cursor = String::from_utf8_lossy(cursor).into_owned();
        Self {
            json: bytes.slice_ref(json),
            next_cursor: (!cursor.is_empty()).then_some(cursor),
        }
    }
}
