//! Planted faults: real failures of others, re-introduced on purpose to see our checks find them.
//!
//! A plant is one short condition at the place where the real guard stands. With the feature
//! `planted`, which is for tests alone and in no default build, at most one plant is active in a
//! process; without it [`is`] is the constant `false` and every plant folds away.
//!
//! Some guards stand in the database. Where they would make a plant harmless, the plant takes them
//! away too ([`sabotage_sql`], when a database is opened on SQLite with the feature).

mod burned;
mod plant;
mod sabotage;

pub use burned::{BURNED_LIST, Burned, Fate};
pub use plant::Plant;
pub use sabotage::sabotage_sql;

#[cfg(feature = "planted")]
mod live {
    use super::Plant;
    use parking_lot::Mutex;
    use std::collections::BTreeMap;
    use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

    /// 0 for none, else one more than the plant's place in [`Plant::ALL`].
    static ACTIVE: AtomicUsize = AtomicUsize::new(0);
    static HIGH: AtomicI64 = AtomicI64::new(0);
    static COUNT: AtomicI64 = AtomicI64::new(0);
    static EARLY: Mutex<Vec<[String; 3]>> = Mutex::new(Vec::new());
    static UNLOCKED: Mutex<BTreeMap<&'static str, &'static str>> = Mutex::new(BTreeMap::new());

    /// Makes `plant` the one that is active in this process from now on; none to weed it out.
    pub fn activate(plant: impl Into<Option<Plant>>) {
        let number = plant
            .into()
            .map_or(0, |plant| plant.number().saturating_add(1));
        ACTIVE.store(number, Ordering::SeqCst);
    }

    /// Activates the plant that `TORG_PLANT` names, if it names one.
    ///
    /// # Errors
    /// The name, when no plant has it.
    pub fn activate_from_environment() -> Result<(), String> {
        let Some(name) = std::env::var("TORG_PLANT").ok().filter(|n| !n.is_empty()) else {
            return Ok(());
        };
        activate(Plant::parse(&name).ok_or(name)?);
        Ok(())
    }

    /// The plant that is active.
    pub fn active() -> Option<Plant> {
        let number = ACTIVE.load(Ordering::Relaxed).checked_sub(1)?;
        Plant::ALL.get(number).copied()
    }

    /// Whether `plant` is active.
    pub fn is(plant: Plant) -> bool {
        ACTIVE.load(Ordering::Relaxed) == plant.number().saturating_add(1)
    }

    /// A number that nobody got before, for plants that make what was one thing many.
    pub fn fresh() -> i64 {
        COUNT.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether something with a higher number was asked about before.
    pub(crate) fn is_passed(id: i64) -> bool {
        HIGH.fetch_max(id, Ordering::SeqCst) >= id
    }

    /// Keeps an event outside of every transaction.
    pub(crate) fn keep_early(topic: &str, aggregate: &str, payload: &str) {
        let event = [topic, aggregate, payload].map(str::to_owned);
        EARLY.lock().push(event);
    }

    /// Takes the events that were kept so: topic, aggregate, payload.
    pub(crate) fn take_early() -> Vec<[String; 3]> {
        std::mem::take(&mut EARLY.lock())
    }

    /// The statement without its row locks, while [`Plant::LockRemoved`] is active.
    pub(crate) fn unlocked(text: &'static str) -> &'static str {
        if !is(Plant::LockRemoved) {
            return text;
        }
        let without = || {
            let locks = [
                " FOR NO KEY UPDATE",
                " FOR UPDATE",
                " FOR SHARE",
                " SKIP LOCKED",
            ];
            let text = (locks.iter()).fold(text.to_owned(), |text, lock| text.replace(lock, ""));
            &*Box::leak(text.into_boxed_str())
        };
        UNLOCKED.lock().entry(text).or_insert_with(without)
    }
}

#[cfg(feature = "planted")]
pub use live::{activate, activate_from_environment, active, fresh, is};
#[cfg(feature = "planted")]
pub(crate) use live::{is_passed, keep_early, take_early, unlocked};

#[cfg(not(feature = "planted"))]
mod barren {
    use super::Plant;

    /// Nothing is planted in this build.
    pub const fn is(_plant: Plant) -> bool {
        false
    }

    /// A number for plants that make what was one thing many.
    pub const fn fresh() -> i64 {
        0
    }

    pub(crate) const fn is_passed(_id: i64) -> bool {
        false
    }

    pub(crate) const fn keep_early(_topic: &str, _aggregate: &str, _payload: &str) {}

    pub(crate) const fn take_early() -> Vec<[String; 3]> {
        Vec::new()
    }

    pub(crate) const fn unlocked(text: &'static str) -> &'static str {
        text
    }
}

#[cfg(not(feature = "planted"))]
pub use barren::{fresh, is};
#[cfg(not(feature = "planted"))]
pub(crate) use barren::{is_passed, keep_early, take_early, unlocked};
