//! The market's settings. What each means is written in `torg.default.toml`.

use crate::domain::{LIFETIME, PayWith};
use serde::Deserialize;
use std::time::Duration;
use torg_platform::config::{Report, Section};
use torg_platform::settings::Setting;

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

/// What the operator can set while the program runs; what is configured holds until then.
#[derive(Debug)]
pub(crate) struct Tunable {
    /// How long stock is promised to an order that is not paid. Orders that are there keep their
    /// time.
    pub(crate) reservation_minutes: Setting,
    /// Below how many units a new product is short whose mark nobody has set; 0 for never.
    pub(crate) low_stock: Setting,
    /// Orders made per person and minute.
    pub(crate) create_per_minute: Setting,
}

impl Tunable {
    pub(crate) fn new(config: &Config) -> Self {
        let minutes = i64::try_from(LIFETIME.as_secs().div_euclid(60)).unwrap_or(15);
        let create = i64::from(config.create_per_minute);
        let (rate, each) = ("shop.create_per_minute", "per_minute");
        Self {
            reservation_minutes: Setting::integer(
                "shop.reservation_minutes",
                "minutes",
                5..=1_440,
                minutes,
            ),
            low_stock: Setting::integer("shop.low_stock", "units", 0..=10_000, 0),
            create_per_minute: Setting::integer(rate, each, 1..=10_000, create),
        }
    }

    /// All of it.
    pub(crate) fn all(&self) -> Vec<Setting> {
        vec![
            self.reservation_minutes.clone(),
            self.low_stock.clone(),
            self.create_per_minute.clone(),
        ]
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
