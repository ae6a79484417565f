//! What a market plugs into the program.

use crate::admin::{Card, Waiting};
use crate::http::routes::Api;
use crate::jobs::queue::Handler;
use crate::jobs::{Periodic, Reconciler};
use crate::outbox::Sink;
use crate::payments::Payee;
use crate::settings::Setting;
use std::sync::Arc;

/// One market, assembled by the application.
pub struct Module {
    /// Prefix of its tables, jobs, events and codes.
    pub name: &'static str,
    /// Its routes, each with its policy.
    pub api: Api,
    /// Work that follows from the state.
    pub reconcilers: Vec<Arc<dyn Reconciler>>,
    /// Work that follows from the calendar.
    pub periodic: Vec<Arc<dyn Periodic>>,
    /// Work that somebody enqueued.
    pub handlers: Vec<Arc<dyn Handler>>,
    /// Receivers of events.
    pub sinks: Vec<Arc<dyn Sink>>,
    /// Who is paid, when its things are paid for through a provider.
    pub payees: Vec<Arc<dyn Payee>>,
    /// What waits for a person of the staff.
    pub waiting: Vec<Arc<dyn Waiting>>,
    /// What it knows of a person, for the staff.
    pub cards: Vec<Arc<dyn Card>>,
    /// What can be set while the program runs.
    pub settings: Vec<Setting>,
}

impl std::fmt::Debug for Module {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Module")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
