//! The market's settings. What each means is written in `torg.default.toml`.

use serde::Deserialize;
use std::time::Duration;
use torg_platform::config::{Report, Section};
use torg_platform::money::{Money, Rub};
use torg_platform::settings::Setting;

/// `[services]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Whether people may top up their balance for nothing.
    pub dev_recharge: bool,
    /// Price of a contact; see [`Config::take_price`].
    pub take_price_kopecks: i64,
    /// Through which provider a balance is topped up whose owner has not said how; empty for the
    /// first that is set up.
    pub invoice_provider: String,
    /// One city per line; empty for the built-in list.
    pub cities_file: String,
    /// How long a list of orders may be old; see [`Config::list_kept`].
    pub list_cache_ms: u64,
    /// Orders created per person and minute.
    pub create_per_minute: u32,
    /// Lists read per person and minute.
    pub list_per_minute: u32,
    /// Contacts taken per person and minute.
    pub take_per_minute: u32,
}

impl Config {
    /// Price of a contact.
    pub fn take_price(&self) -> Money<Rub> {
        Money::from_minor(self.take_price_kopecks)
    }

    /// How long a list of orders may be old; zero asks the database every time.
    pub fn list_kept(&self) -> Duration {
        Duration::from_millis(self.list_cache_ms)
    }
}

/// What the operator can set while the program runs; what is configured holds until then.
///
/// How long an order can be taken is not among it: that is counted from when the order was posted,
/// so another length would change what was promised to those who are on their way.
#[derive(Debug)]
pub(crate) struct Tunable {
    /// Price of a contact. Who has taken one paid what it cost then, and gets that back.
    pub(crate) take_price: Setting,
    /// Orders created per person and minute.
    pub(crate) create_per_minute: Setting,
    /// Contacts taken per person and minute.
    pub(crate) take_per_minute: Setting,
}

impl Tunable {
    pub(crate) fn new(config: &Config) -> Self {
        let rouble = Money::<Rub>::from_minor(100);
        let prices = rouble..=Money::from_minor(1_000_000);
        let rate = |name, now: u32| Setting::integer(name, "per_minute", 1..=10_000, now.into());
        let price = "services.take_price";
        Self {
            // The API speaks of whole roubles.
            take_price: Setting::amount(price, prices, rouble, config.take_price()),
            create_per_minute: rate("services.create_per_minute", config.create_per_minute),
            take_per_minute: rate("services.take_per_minute", config.take_per_minute),
        }
    }

    /// All of it.
    pub(crate) fn all(&self) -> Vec<Setting> {
        vec![
            self.take_price.clone(),
            self.create_per_minute.clone(),
            self.take_per_minute.clone(),
        ]
    }
}

impl Section for Config {
    const NAME: &'static str = "services";
    const DEFAULTS: &'static str = include_str!("../torg.default.toml");

    fn check(&self, report: &mut Report) {
        let price = self.take_price_kopecks;
        report.range("services.take_price_kopecks", price, 1..=1_000_000);
        // The API speaks of whole rubles.
        let whole = price.rem_euclid(100) == 0;
        report.require(whole, "services.take_price_kopecks", "must be whole rubles");
        let name = &self.invoice_provider;
        let is_name = name.len() <= 50 && name.bytes().all(|b| b.is_ascii_lowercase());
        let text = "must be empty or the name of a provider: \"stars\", \"test\"";
        report.require(is_name, "services.invoice_provider", text);
        let cache = self.list_cache_ms;
        report.range("services.list_cache_ms", cache, 0..=60_000);
        for (name, per_minute) in [
            ("services.create_per_minute", self.create_per_minute),
            ("services.list_per_minute", self.list_per_minute),
            ("services.take_per_minute", self.take_per_minute),
        ] {
            report.range(name, per_minute, 1..=1_000_000);
        }
        let readable =
            self.cities_file.is_empty() || std::fs::File::open(&self.cities_file).is_ok();
        report.require(readable, "services.cities_file", "cannot be read");
    }

    fn development_switches(&self) -> Vec<&'static str> {
        self.dev_recharge
            .then_some("services.dev_recharge")
            .into_iter()
            .collect()
    }
}
