//! Every job of the program by its name, whichever process does it.

use super::queue::Handlers;
use super::{Periodic, Poller, Reconciler};
use std::sync::Arc;

/// Of which sort a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Follows from the state.
    Reconciler,
    /// Follows from the calendar.
    Periodic,
    /// Looks at something outside.
    Poller,
    /// Does what was enqueued.
    Queue,
}

/// All jobs; see [`super::Worker::directory`].
#[derive(Clone, Default)]
pub struct Directory {
    pub(super) reconcilers: Vec<Arc<dyn Reconciler>>,
    pub(super) periodic: Vec<Arc<dyn Periodic>>,
    pub(super) pollers: Vec<Arc<dyn Poller>>,
    pub(super) handlers: Handlers,
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

impl Directory {
    /// Name and kind of each.
    pub fn names(&self) -> impl Iterator<Item = (&'static str, JobKind)> {
        let reconcilers = self
            .reconcilers
            .iter()
            .map(|r| (r.name(), JobKind::Reconciler));
        let periodic = self.periodic.iter().map(|p| (p.name(), JobKind::Periodic));
        let pollers = self.pollers.iter().map(|p| (p.name(), JobKind::Poller));
        let handlers = self.handlers.iter().map(|h| (h.kind(), JobKind::Queue));
        reconcilers.chain(periodic).chain(pollers).chain(handlers)
    }

    /// The kind of the job of this name.
    pub(super) fn find(&self, name: &str) -> Option<(&'static str, JobKind)> {
        self.names().find(|(known, _)| *known == name)
    }
}
