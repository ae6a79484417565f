//! A table in memory that knows which of its rows its file does not have yet.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeBounds;

/// One row for the file: `None` deletes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// The table.
    pub(crate) kind: &'static str,
    /// The key as JSON.
    pub(crate) key: String,
    /// The value as JSON.
    pub(crate) value: Option<String>,
}

/// Rows by key.
#[derive(Debug, Clone)]
pub(crate) struct Kept<K, V> {
    kind: &'static str,
    rows: BTreeMap<K, V>,
    dirty: BTreeSet<K>,
}

impl<K, V> Kept<K, V>
where
    K: Ord + Clone + Serialize + DeserializeOwned,
    V: Serialize + DeserializeOwned,
{
    pub(crate) const fn new(kind: &'static str) -> Self {
        Self {
            kind,
            rows: BTreeMap::new(),
            dirty: BTreeSet::new(),
        }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    /// The row to be changed.
    pub(crate) fn edit(&mut self, key: &K) -> Option<&mut V> {
        let row = self.rows.get_mut(key)?;
        self.dirty.insert(key.clone());
        Some(row)
    }

    /// The row to be changed, made first if there is none.
    pub(crate) fn edit_or(&mut self, key: &K, make: impl FnOnce() -> V) -> &mut V {
        self.dirty.insert(key.clone());
        self.rows.entry(key.clone()).or_insert_with(make)
    }

    pub(crate) fn put(&mut self, key: K, value: V) {
        self.dirty.insert(key.clone());
        self.rows.insert(key, value);
    }

    pub(crate) fn take(&mut self, key: &K) -> Option<V> {
        let row = self.rows.remove(key)?;
        self.dirty.insert(key.clone());
        Some(row)
    }

    pub(crate) fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.rows.values()
    }

    pub(crate) fn range(
        &self,
        range: impl RangeBounds<K>,
    ) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.range(range)
    }

    /// Deletes the rows that `keep` does not want.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&K, &V) -> bool) {
        let gone: Vec<K> = self
            .rows
            .iter()
            .filter(|(key, value)| !keep(key, value))
            .map(|(key, _)| key.clone())
            .collect();
        for key in gone {
            self.take(&key);
        }
    }

    /// Whether the file lacks something.
    pub(super) fn is_dirty(&self) -> bool {
        !self.dirty.is_empty()
    }

    /// What the file does not have yet.
    pub(super) fn changes(&self, into: &mut Vec<Change>) {
        for key in &self.dirty {
            // Keys and values are numbers, strings and maps of strings: they have a JSON form.
            let Ok(name) = serde_json::to_string(key) else {
                continue;
            };
            let value = self.rows.get(key).map(serde_json::to_string);
            into.push(Change {
                kind: self.kind,
                key: name,
                value: value.transpose().unwrap_or_default(),
            });
        }
    }

    /// The file has everything.
    pub(super) fn settle(&mut self) {
        self.dirty.clear();
    }

    /// A row from the file.
    pub(super) fn restore(&mut self, key: &str, value: &str) -> serde_json::Result<()> {
        self.rows
            .insert(serde_json::from_str(key)?, serde_json::from_str(value)?);
        Ok(())
    }

    pub(super) const fn kind(&self) -> &'static str {
        self.kind
    }
}
