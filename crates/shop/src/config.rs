//! The market's settings. What each means is written in `torg.default.toml`.

use crate::domain::PayWith;
use serde::Deserialize;
use std::time::Duration;
use torg_platform::config::{Report, Section};

/// `[shop]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Orders made per person and minute.
    pub create_per_minute: u32,
    /// Lists read per person and minute.
    pub list_per_minute: u32,
    /// How long a list of products may be old; see [`Config::list_kept`].
    pub list_cache_ms: u64,
    /// How an order is paid whose customer has not said how; see [`Config::pay_with`].
    pub pay_with: String,
}

impl Config {
    /// How long a list of products may be old; zero asks the database every time.
    pub fn list_kept(&self) -> Duration {
        Duration::from_millis(self.list_cache_ms)
    }

    /// How an order is paid whose customer has not said how; none waits for the customer.
    pub fn pay_with(&self) -> Option<PayWith> {
        PayWith::parse(&self.pay_with)
    }
}

impl Section for Config {
    const NAME: &'static str = "shop";
    const DEFAULTS: &'static str = include_str!("../torg.default.toml");

    fn check(&self, report: &mut Report) {
        let cache = self.list_cache_ms;
        report.range("shop.list_cache_ms", cache, 0..=60_000);
        for (name, per_minute) in [
            ("shop.create_per_minute", self.create_per_minute),
            ("shop.list_per_minute", self.list_per_minute),
        ] {
            report.range(name, per_minute, 1..=1_000_000);
        }
        let known =
            self.pay_with.is_empty() || self.pay_with().is_some_and(|way| way != PayWith::Balance);
        let text = "must be empty, \"test\", \"stars\" or \"ton\"";
        report.require(known, "shop.pay_with", text);
    }
}
