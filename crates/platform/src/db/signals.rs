//! Wake-ups by name: a committed unit of work wakes the loop that waits for its kind of work, so
//! that nothing polls in a hurry.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Notify;

/// Named wake-ups inside this process. Other processes are found by polling.
#[derive(Debug, Clone, Default)]
pub struct Signals(Arc<Mutex<HashMap<&'static str, Arc<Notify>>>>);

impl Signals {
    /// The wake-up called `name`. A wake-up without a waiter is kept for the next one.
    pub fn of(&self, name: &'static str) -> Arc<Notify> {
        self.0.lock().entry(name).or_default().clone()
    }

    /// Wakes one waiter of `name`.
    pub fn fire(&self, name: &'static str) {
        self.of(name).notify_one();
    }
}
