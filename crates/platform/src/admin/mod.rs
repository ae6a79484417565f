//! The kernel's part of the operator's panel: who came, what they have, what happened, and what
//! waits for a person. Markets add what they know through [`Waiting`] and [`Card`].
//!
//! It reads much and writes little: notes about people, and corrections of balances ([`adjust`]).
//! Lists that are searched look through a bounded number of rows per request, so that a question
//! of the staff never costs the markets their database.

pub mod adjust;
mod audit;
mod card;
mod chart;
mod hooks;
mod ledger;
mod moment;
mod money;
mod notes;
mod people;
mod store;
mod today;

pub use chart::{Bucket, Chart, ChartQuery};
pub use hooks::{Card, CardPart, Fact, Item, Queue, Waiting};

use crate::ctx::Ctx;
use crate::http::Api;
use crate::jobs::Reconciler;
use crate::module::Module;
use crate::{Error, Result};
use std::sync::Arc;

/// The panel. Clones share it.
#[derive(Clone)]
pub struct Panel(Arc<Parts>);

struct Parts {
    ctx: Ctx,
    markets: Vec<&'static str>,
    waiting: Vec<Arc<dyn Waiting>>,
    cards: Vec<Arc<dyn Card>>,
}

impl std::fmt::Debug for Panel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Panel")
    }
}

impl Panel {
    /// With what the markets know, and what waits elsewhere.
    pub fn new(ctx: &Ctx, modules: &[Module], waiting: Vec<Arc<dyn Waiting>>) -> Self {
        let mut all = today::of_kernel();
        all.extend(waiting);
        all.extend(modules.iter().flat_map(|module| module.waiting.clone()));
        let cards = modules.iter().flat_map(|module| module.cards.clone());
        Self(Arc::new(Parts {
            ctx: ctx.clone(),
            markets: modules.iter().map(|module| module.name).collect(),
            waiting: all,
            cards: cards.collect(),
        }))
    }

    /// Its routes.
    pub fn api(&self) -> Api {
        today::api()
            .merge(people::api())
            .merge(card::api())
            .merge(notes::api())
            .merge(adjust::api())
            .merge(ledger::api())
            .merge(money::api())
            .merge(audit::api())
            .with_state(self.clone())
    }

    /// To be done before the first request: its accounts are opened.
    ///
    /// # Errors
    /// The database's.
    pub async fn prepare(&self) -> Result<()> {
        let write = adjust::prepare;
        self.0
            .ctx
            .db
            .write::<_, Error, _>("platform.prepare_panel", write)
            .await
    }

    /// What it does by itself.
    pub fn reconcilers(&self) -> Vec<Arc<dyn Reconciler>> {
        vec![Arc::new(people::FoldNames)]
    }

    fn ctx(&self) -> &Ctx {
        &self.0.ctx
    }

    fn markets(&self) -> &[&'static str] {
        &self.0.markets
    }

    fn waiting(&self) -> &[Arc<dyn Waiting>] {
        &self.0.waiting
    }

    fn cards(&self) -> &[Arc<dyn Card>] {
        &self.0.cards
    }
}
