//! What every handler and job of this market shares.

use super::recent::Recent;
use crate::config::Config;
use crate::metrics::Metrics;
use std::sync::Arc;
use std::time::Duration;
use torg_platform::Result;
use torg_platform::ctx::Ctx;
use torg_platform::limits::Rule;

/// The market: the kernel's parts and its own. Clones share them.
#[derive(Debug, Clone)]
pub struct Shop {
    /// The kernel.
    pub ctx: Ctx,
    /// Settings.
    pub config: Arc<Config>,
    /// Counters.
    pub metrics: Metrics,
    /// Lists of products that were made a moment ago; to be told when stock has changed.
    pub(crate) recent: Arc<Recent>,
    /// How often people may do things.
    pub(crate) limits: Limits,
}

/// How often one person may do things.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) create: Rule,
    pub(crate) list: Rule,
}

impl Limits {
    fn new(config: &Config) -> Self {
        let rule = |name, max| Rule {
            name,
            max,
            per: Duration::from_secs(60),
        };
        Self {
            create: rule("shop.create", config.create_per_minute),
            list: rule("shop.list", config.list_per_minute),
        }
    }
}

impl Shop {
    /// The market.
    ///
    /// # Errors
    /// When it is opened twice.
    pub fn new(ctx: Ctx, config: Config) -> Result<Self> {
        Ok(Self {
            recent: Arc::new(Recent::new(ctx.clock.clone(), config.list_kept())),
            metrics: Metrics::new(&ctx.metrics)?,
            limits: Limits::new(&config),
            config: Arc::new(config),
            ctx,
        })
    }
}
