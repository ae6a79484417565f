//! Settings: the commented defaults inside the binary, then a file, then `TORG_SECTION__KEY`
//! variables. Unknown names are refused, and every problem is reported at once, before anything
//! starts.
//!
//! The kernel's sections are fields of [`Config`]. A market declares its own as a [`Section`];
//! the application lists it with [`SectionSpec::of`] and the market reads it with
//! [`Config::section`].

mod check;
mod layers;
mod report;
mod secret;
mod section;
mod sections;
mod show;
#[cfg(test)]
mod tests;
mod wallet_file;

pub use report::{Problem, Problems, Report};
pub use secret::{Address, Secret};
pub use section::{Section, SectionSpec};
pub use sections::{
    Admin, Auth, ClockMode, ClockSettings, Database, Http, Limits, Log, LogFormat, Payments, Redis,
    Telegram, Ton, TonNetwork, Updates, Webhooks,
};

pub use wallet_file::{WalletFileError, read_wallet_file};

use layers::Layers;
use std::path::PathBuf;

/// The kernel's part of the defaults, with a comment on every line.
pub const DEFAULTS: &str = include_str!("torg.default.toml");

/// What the settings are read for; decides which of them must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To serve people: identity and keys must be complete, development switches are refused
    /// where strangers could reach them.
    Serve,
    /// To show Torg on one machine: everything is allowed.
    Demo,
    /// To look at the database or the code: nothing more than the form is checked.
    Tool,
}

/// Where settings come from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Values that stand between the defaults and the file, as section, key, value.
    pub adjusted: Vec<(&'static str, &'static str, String)>,
    /// The file, when there is one.
    pub file: Option<PathBuf>,
    /// The environment; only names that start with `TORG_` are looked at.
    pub variables: Vec<(String, String)>,
}

/// The settings, checked. Prints without values: what is secret is not known by its type alone.
#[derive(Clone)]
pub struct Config {
    /// The listening side.
    pub http: Http,
    /// Where data is kept.
    pub database: Database,
    /// What processes share besides it.
    pub redis: Redis,
    /// The bot.
    pub telegram: Telegram,
    /// Sessions.
    pub auth: Auth,
    /// The operator's scripts.
    pub admin: Admin,
    /// Payment providers.
    pub payments: Payments,
    /// The chain.
    pub ton: Ton,
    /// Outgoing webhooks.
    pub webhooks: Webhooks,
    /// Limits of callers.
    pub limits: Limits,
    /// Time.
    pub clock: ClockSettings,
    /// The log.
    pub log: Log,
    /// What it was read for.
    pub purpose: Purpose,
    layers: Layers,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Reads and checks everything; `sections` are those of the markets.
    ///
    /// # Errors
    /// Every problem there is.
    pub fn load(
        sources: &Sources,
        sections: &[SectionSpec],
        purpose: Purpose,
    ) -> Result<Self, Problems> {
        let mut report = Report::default();
        let mut layers = Layers::default();
        layers.add_defaults(DEFAULTS, &mut report);
        for section in sections {
            layers.add_defaults(section.defaults, &mut report);
        }
        layers.adjust(&sources.adjusted, &mut report);
        if let Some(path) = &sources.file {
            match std::fs::read_to_string(path) {
                Ok(text) => layers.add_file(path, &text, &mut report),
                Err(error) => report.add(path.display().to_string(), error.to_string()),
            }
        }
        layers.add_variables(sources.variables.iter().cloned(), &mut report);
        let config = Self::read(&mut layers, purpose, &mut report);
        let mut switches = Vec::new();
        for section in sections {
            switches.extend((section.read)(&mut layers, &mut report));
        }
        if let Some(config) = &config {
            check::check(config, switches, &mut report);
        }
        let origins = layers.clone();
        let config = report.finish(config, |path| origins.origin(path))?;
        // `read` reports whatever keeps it from giving a value.
        config.ok_or_else(|| Problems(Vec::new()))
    }

    fn read(layers: &mut Layers, purpose: Purpose, report: &mut Report) -> Option<Self> {
        // All of them, before any can end this.
        let http = section::read(layers, "http", report);
        let database = section::read(layers, "database", report);
        let redis = section::read(layers, "redis", report);
        let telegram = section::read(layers, "telegram", report);
        let auth = section::read(layers, "auth", report);
        let admin = section::read(layers, "admin", report);
        let payments = section::read(layers, "payments", report);
        let ton = section::read(layers, "ton", report);
        let webhooks = section::read(layers, "webhooks", report);
        let limits = section::read(layers, "limits", report);
        let clock = section::read(layers, "clock", report);
        let log = section::read(layers, "log", report);
        Some(Self {
            http: http?,
            database: database?,
            redis: redis?,
            telegram: telegram?,
            auth: auth?,
            admin: admin?,
            payments: payments?,
            ton: ton?,
            webhooks: webhooks?,
            limits: limits?,
            clock: clock?,
            log: log?,
            purpose,
            layers: layers.clone(),
        })
    }

    /// The section of a market.
    ///
    /// # Errors
    /// When the application did not list it, or it is wrong, which [`Config::load`] has already
    /// excluded for those that it did list.
    pub fn section<T: Section>(&self) -> Result<T, Problems> {
        let mut report = Report::default();
        let mut layers = self.layers.clone();
        let value = section::read(&mut layers, T::NAME, &mut report);
        let value = report.finish(value, |path| self.layers.origin(path))?;
        value.ok_or_else(|| Problems(Vec::new()))
    }

    /// Every setting with its value and origin, secrets as `***`; itself a valid file but for
    /// those.
    pub fn show(&self) -> String {
        show::show(&self.layers)
    }

    /// Whether nobody has set `path` (`section.key`).
    pub fn is_default(&self, path: &str) -> bool {
        self.layers.origin(path).is_none()
    }

    /// Name and form of every setting, as `section.key` and the variable that sets it.
    pub fn names(&self) -> Vec<(String, String)> {
        let with_variable = |path: String| {
            let variable = path.split_once('.').map(|(s, k)| layers::variable(s, k));
            (path, variable.unwrap_or_default())
        };
        self.layers.keys().into_iter().map(with_variable).collect()
    }
}
